import { expect, test } from 'vitest'
import { newId } from '../../domain/store/new-id.ts'
import { addList, addMember, markMirrorRead, metricsToken, startTestApi, type TestApi } from './api-server.ts'

async function measured(api: TestApi): Promise<Record<string, number>> {
  const { body } = await api.server.inject({
    url: '/metrics',
    headers: { authorization: `Bearer ${metricsToken}` },
  })
  return Object.fromEntries(
    body
      .split('\n')
      .filter((line) => line.startsWith('guildpost_'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}

test('the API tells what waits in the whole installation', async (t) => {
  const api = await startTestApi(t)
  const listId = await addList(api, 'news')
  await markMirrorRead(api)
  const add = async (state: string, dueS: number) => {
    const { id } = await addMember(api, newId())
    await api.sql(
      `insert into change (id, list_id, member_id, action, state, via, wanted_since)
       values ($1, $2, $3, 'subscribe', $4, 'api', now() - make_interval(secs => $5))`,
      [newId(), listId, id, state, dueS],
    )
  }
  await add('queued', 60)
  await add('queued', 0)
  await add('awaiting_approval', 900)
  await api.sql(
    `insert into mail (id, kind, to_address, subject, text_body) values ($1, 'x', 'a@example.org', 's', 't')`,
    [newId()],
  )
  await api.sql(`insert into incident (id, key, kind, words) values ($1, 'k', 'drift', '{}')`, [newId()])
  await api.sql(`update target set paused_at = now(), reason_code = '51', reason = 'busy', probe_at = now()`)
  const metrics = await measured(api)
  expect(metrics).toMatchObject({
    'guildpost_changes_open{state="queued"}': 2,
    'guildpost_changes_open{state="applying"}': 0,
    'guildpost_changes_open{state="awaiting_approval"}': 1,
    'guildpost_outbox_queued{way="mail"}': 1,
    'guildpost_outbox_queued{way="discord"}': 0,
    guildpost_incidents_open: 1,
    guildpost_targets_paused: 1,
    guildpost_audit_unsealed: 0,
    'guildpost_db_pool_connections{state="max"}': 10,
    'guildpost_db_pool_connections{state="waiting"}': 0,
  })
  expect((await measured(api))['guildpost_db_pool_wait_seconds_count']).toBeGreaterThan(0)
  expect(metrics['guildpost_change_oldest_due_seconds']).toBeGreaterThanOrEqual(60)
  expect(metrics['guildpost_change_oldest_due_seconds']).toBeLessThan(90)
  expect(metrics['guildpost_mirror_age_seconds']).toBeLessThan(30)
})

test('before the directory was read there is no age of the mirror', async (t) => {
  expect(await measured(await startTestApi(t))).not.toHaveProperty('guildpost_mirror_age_seconds')
})

test('a scrape costs Postgres nothing when another one asked just before', async (t) => {
  const api = await startTestApi(t)
  await Promise.all([measured(api), measured(api)])
  await api.sql(`insert into incident (id, key, kind, words) values ($1, 'k', 'drift', '{}')`, [newId()])
  expect(await measured(api)).toMatchObject({ guildpost_incidents_open: 0 })
})

test('without Postgres it tells the rest, and no numbers of before', async (t) => {
  const api = await startTestApi(t)
  expect(await measured(api)).toHaveProperty('guildpost_incidents_open')
  await api.sql('alter table incident rename to elsewhere')
  await expect.poll(() => measured(api)).not.toHaveProperty('guildpost_incidents_open')
  const metrics = await measured(api)
  expect(Object.keys(metrics).filter((name) => name.startsWith('guildpost_changes_open'))).toEqual([])
  expect(metrics).toHaveProperty('guildpost_db_pool_connections{state="max"}')
})
