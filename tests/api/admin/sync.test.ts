import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { SyncRun } from '../../../domain/contracts/sync-run.ts'
import { newId } from '../../../domain/store/new-id.ts'
import {
  addLink,
  addList,
  addMember,
  type Caller,
  markMirrorRead,
  startTestApi,
  type TestApi,
} from '../api-server.ts'
import { listenTo } from '../listen-to.ts'

let api: TestApi
let ada: Caller
let max: Caller
let ids: Record<string, string>
let news: string

beforeEach(async (t) => {
  api = await startTestApi(t)
  ids = {}
  for (const [place, uid] of ['ada', 'max', 'olga'].entries()) {
    ids[uid] = (await addMember(api, uid, { isAdmin: uid === 'ada' })).id
    await addLink(api, `10000000000000000${place}`, ids[uid])
  }
  ada = api.as('100000000000000000')
  max = api.as('100000000000000001')
  await markMirrorRead(api)
  news = await addList(api, 'news', { members: [ids['max'] ?? ''] })
})

/** What a worker leaves behind after a read; `drift` as one with its report. */
async function aRun(
  more: { state?: string; report?: object | null; dryRun?: boolean } = {},
): Promise<string> {
  const id = newId()
  const report = {
    people: { seen: 3, written: 0, gone: 0 },
    lists: { seen: 1, written: 1, gone: 0, nameTaken: [] },
  }
  await api.sql(
    `insert into sync_run (id, mode, dry_run, state, started_at, ended_at, report)
     values ($1, 'full', $2, $3, now(), now(), $4)`,
    [id, more.dryRun ?? false, more.state ?? 'done', JSON.stringify({ ...report, ...more.report })],
  )
  return id
}

async function aDrift(runId: string | null): Promise<string> {
  const id = newId()
  await api.sql(
    `insert into drift (id, list_id, run_id, policy, version_after, joined, parted) values ($1, $2, $3, 'report', '2', 1, 1)`,
    [id, news, runId],
  )
  await api.sql(
    `insert into drift_member (drift_id, member_id, way) values ($1, $2, 'joined'), ($1, $3, 'parted')`,
    [id, ids['max'], ids['olga']],
  )
  return id
}

describe('asking for a read of the directory', () => {
  test('answers 202 with the run that waits, says so to workers, and is on record', async (t) => {
    const heard = await listenTo(api, ['sync_queued'], t)
    const answer = await ada('POST', '/admin/sync', { mode: 'full', dryRun: true })
    expect(answer.status).toBe(202)
    const run = answer.json<SyncRun>()
    expect(run).toMatchObject({ mode: 'full', dryRun: true, state: 'queued', startedAt: null, report: null })
    expect(answer.headers['location']).toBe(`/api/v1/admin/sync/runs/${run.id}`)
    expect((await ada('GET', `/admin/sync/runs/${run.id}`)).json()).toEqual(run)
    await vi.waitFor(() => expect(heard).toContain(`sync_queued ${run.id}`))
    expect(await api.sql(`select event, subject_id from audit_entry where event = 'sync.requested'`)).toEqual(
      [{ event: 'sync.requested', subject_id: run.id }],
    )
  })

  test('is for admins, and refuses what is no mode', async () => {
    expect((await max('POST', '/admin/sync', { mode: 'full' })).status).toBe(403)
    expect((await ada('POST', '/admin/sync', { mode: 'half' })).status).toBe(400)
    expect((await ada('POST', '/admin/sync', {})).status).toBe(400)
    expect(await api.sql(`select id from sync_run where state = 'queued'`)).toEqual([])
  })

  test('the same call twice is one run', async () => {
    const once = { 'idempotency-key': 'once' }
    const first = await ada('POST', '/admin/sync', { mode: 'full' }, once)
    const second = await ada('POST', '/admin/sync', { mode: 'full' }, once)
    expect(second.json()).toEqual(first.json())
    expect(await api.sql(`select id from sync_run where state = 'queued'`)).toHaveLength(1)
  })
})

describe('the runs', () => {
  test('are shown newest first, page by page', async () => {
    const [mark] = await api.sql<{ id: string }>('select id from sync_run')
    const made = [mark?.id, await aRun({ state: 'failed' }), await aRun()].toReversed()
    const first = (await ada('GET', '/admin/sync/runs?limit=2')).json<{
      items: SyncRun[]
      nextCursor: string
    }>()
    const rest = (await ada('GET', `/admin/sync/runs?limit=2&cursor=${first.nextCursor}`)).json<{
      items: SyncRun[]
      nextCursor: null
    }>()
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(made)
    expect(rest.nextCursor).toBeNull()
    expect((await ada('GET', '/admin/sync/runs?cursor=nonsense')).status).toBe(400)
  })

  test('a report says list by list who joined and who parted, and whether that was undone', async () => {
    const id = await aRun()
    const driftId = await aDrift(id)
    const difference = {
      list: 'news',
      driftId,
      joined: ['max'],
      parted: ['olga'],
      joinedCount: 1,
      partedCount: 1,
      policy: 'report',
    }
    const reported = async () =>
      (await ada('GET', `/admin/sync/runs/${id}`)).json<SyncRun>().report?.differences
    expect(await reported()).toEqual([{ ...difference, reverted: false }])
    await api.sql('update drift set reverted_at = now()')
    expect(await reported()).toEqual([{ ...difference, reverted: true }])
  })

  test('a dry one says what it would have done', async () => {
    const found = {
      listId: news,
      policy: 'adopt',
      joined: [ids['max']],
      parted: [],
      joinedCount: 1,
      partedCount: 0,
    }
    const id = await aRun({ dryRun: true, report: { differences: [{ id: newId(), ...found }] } })
    expect((await ada('GET', `/admin/sync/runs/${id}`)).json<SyncRun>().report?.differences).toEqual([
      {
        list: 'news',
        driftId: null,
        joined: ['max'],
        parted: [],
        joinedCount: 1,
        partedCount: 0,
        policy: 'adopt',
        reverted: false,
      },
    ])
  })

  test('one that is not there is 404', async () => {
    expect((await ada('GET', `/admin/sync/runs/${newId()}`)).status).toBe(404)
    expect((await ada('GET', '/admin/sync/runs/7')).status).toBe(404)
  })
})

describe('undoing what another tool changed', () => {
  test('answers 202 with the new changes, and 409 the second time', async () => {
    const driftId = await aDrift(null)
    const answer = await ada('POST', `/admin/drifts/${driftId}/revert`)
    expect(answer.status).toBe(202)
    const { changes } = answer.json<{ changes: { member: string; action: string; requestedBy: string }[] }>()
    expect(changes.map(({ member, action }) => `${member} ${action}`).toSorted()).toEqual([
      'max unsubscribe',
      'olga subscribe',
    ])
    expect(answer.headers['location']).toBeDefined()
    const again = await ada('POST', `/admin/drifts/${driftId}/revert`)
    expect(again.status).toBe(409)
    expect(again.json()).toMatchObject({ code: 'CONFLICT', details: { reason: 'ALREADY_REVERTED' } })
  })

  test('is 404 for what is not on record, and for admins only', async () => {
    expect((await ada('POST', `/admin/drifts/${newId()}/revert`)).status).toBe(404)
    expect((await ada('POST', '/admin/drifts/7/revert')).status).toBe(404)
    expect((await max('POST', `/admin/drifts/${newId()}/revert`)).status).toBe(403)
  })
})
