import { expect, it, type TestContext } from 'vitest'
import { migrateDown, migrateUp } from '../../../../domain/store/installation/migrate.ts'
import { migrations } from '../../../../migrations/index.ts'
import { createTestDatabase, runSql } from '../../../_support/servers.ts'

/** The last step of the version before this one. */
const before = '008-identity'

const id = (last: number) => `00000000-0000-7000-8000-${String(last).padStart(12, '0')}`
const [alice, bob, news, open, done] = [1, 2, 3, 4, 5].map(id)

/** What that version writes as it runs: people, a list, a change of each kind, a link, an incident, mail, the audit. */
const written = `
  insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name) values
    ('${alice}', 'uuid-alice', 'v1', 'uid=alice,dc=x', 'uid=alice,dc=x', 'alice', 'Alice'),
    ('${bob}', 'uuid-bob', 'v1', 'uid=bob,dc=x', 'uid=bob,dc=x', 'bob', 'Bob');
  insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane)
    values ('${news}', 'uuid-news', 'v1', 'cn=news,dc=x', 'news', 'news', 'open', 3);
  insert into membership (list_id, member_id) values ('${news}', '${bob}');
  insert into change (id, list_id, member_id, action, state, requested_by, via) values
    ('${open}', '${news}', '${alice}', 'subscribe', 'queued', '${alice}', 'discord');
  insert into change (id, list_id, member_id, action, state, requested_by, via, ended_at, proof_version, proof_how) values
    ('${done}', '${news}', '${bob}', 'subscribe', 'applied', '${bob}', 'api', now(), 'v1', 'modified');
  insert into discord_link (id, discord_user_id, member_id) values (gen_random_uuid(), '100000000000000001', '${alice}');
  insert into notice (id, kind, destination_kind, destination_id, incident_key, body)
    values (gen_random_uuid(), 'alert', 'channel', '400000000000000001', 'many-gone', '{"content": "Look"}');
  insert into notice (id, kind, destination_kind, destination_id, incident_key, body)
    values (gen_random_uuid(), 'change-ended', 'member', '100000000000000001', 'told:x', '{"content": "Done"}');
  insert into mail (id, kind, to_address, subject, text_body) values (gen_random_uuid(), 'alert', 'a@example.org', 's', 't');
  insert into sync_run (id, mode, state, started_at, ended_at) values (gen_random_uuid(), 'full', 'done', now(), now());
  insert into audit_entry (id, actor_kind, event, subject_kind, subject_id, via, outcome)
    values (gen_random_uuid(), 'worker', 'change.applied', 'change', '${done}', 'ldap', 'applied');`

/** What that version does while the new schema is in already: in an upgrade both run side by side. */
const writtenMeanwhile = written
  .replaceAll('00000000-0000-7000-8000-0', '00000000-0000-7000-8000-1')
  .replaceAll(/'uuid-(\w+)'/g, "'uuid-other-$1'")
  .replaceAll("'news', 'news'", "'other', 'other'")
  .replaceAll('100000000000000001', '100000000000000002')
  .replaceAll('told:x', 'told:y')

async function versionBefore(t: TestContext): Promise<string> {
  const { url } = await createTestDatabase(t, { empty: true })
  const last = migrations.findIndex(({ name }) => name === before)
  await migrateUp(url, migrations.slice(0, last + 1), 'dev')
  await runSql(url, written)
  return url
}

const countsOf = async (url: string) => {
  const tables = [
    'member',
    'list',
    'membership',
    'change',
    'discord_link',
    'notice',
    'mail',
    'sync_run',
    'audit_entry',
  ]
  const counted = tables.map((table) => `(select count(*)::integer from ${table}) as ${table}`)
  return (await runSql<Record<string, number>>(url, `select ${counted.join(', ')}`))[0]
}

it('keeps everything that the version before has written, and its words that wait', async (t) => {
  const url = await versionBefore(t)
  const counts = await countsOf(url)
  expect(await migrateUp(url, migrations, 'dev')).toEqual(
    migrations.map(({ name }) => name).filter((name) => name > before),
  )
  expect(await countsOf(url)).toEqual(counts)
  expect(await runSql(url, `select state, action, ended_at from change where id = $1`, [open])).toEqual([
    { state: 'queued', action: 'subscribe', ended_at: null },
  ])
  // Each message still leaves, and is not told again.
  expect(await runSql(url, `select kind, state from notice order by kind`)).toEqual([
    { kind: 'alert', state: 'queued' },
    { kind: 'change-ended', state: 'queued' },
  ])
  expect(await runSql(url, `select incident_key from notice where kind = 'change-ended'`)).toEqual([
    { incident_key: 'told:x' },
  ])
})

it('lets the version before go on while the new one starts', async (t) => {
  const url = await versionBefore(t)
  await migrateUp(url, migrations, 'dev')
  await expect(runSql(url, writtenMeanwhile)).resolves.toBeDefined()
})

it('can be taken back, and made again, with the data in it', async (t) => {
  const url = await versionBefore(t)
  const counts = await countsOf(url)
  const newer = (await migrateUp(url, migrations, 'dev')).length
  for (let step = 0; step < newer; step += 1) await migrateDown(url, migrations)
  expect(await countsOf(url)).toEqual(counts)
  await expect(runSql(url, writtenMeanwhile)).resolves.toBeDefined()
  expect(await migrateUp(url, migrations, 'dev')).toHaveLength(newer)
})
