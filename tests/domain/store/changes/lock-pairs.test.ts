import { beforeEach, expect, it } from 'vitest'
import { decideIncident } from '../../../../domain/store/incidents/decide-incident.ts'
import { type Database, openDatabase, rows, type Transaction } from '../../../../domain/store/database.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { type Alert, raiseAlert } from '../../../../domain/store/incidents/raise-alert.ts'
import { requestChanges } from '../../../../domain/store/changes/request-changes.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'
import { testLog, waitUntil } from '../../../_support/world.ts'

const listId = newId()
const ada = { id: newId(), uid: 'ada' }
/** In the order of their ids, in which a loop comes to them. */
const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((uid) => ({ id: newId(), uid }))
const deciding = { memberId: ada.id, via: 'web', requestId: null } as const
const limits = { mirrorMaxAgeS: 360, removalLimit: { percent: 100, count: 100 } }

let db: Database

beforeEach(async (t) => {
  const { url } = await createTestDatabase(t)
  db = openDatabase(url, { poolMax: 10, name: 'test' })
  cleanUpAfter(t, () => db.destroy())
  await rows(
    db,
    `with seen as (
       insert into sync_run (id, mode, state, ended_at) values (:runId, 'full', 'done', now())
     ), people as (
       insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name)
       select id, uid, '1', uid, uid, uid, uid from unnest(:ids::uuid[], :uids::text[]) as m (id, uid)
       returning id
     ), listed as (
       insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane)
       values (:listId, 'list', '1', 'news', 'news', 'news', 'open', 0) returning id
     )
     insert into membership (list_id, member_id) select listed.id, people.id from listed, people`,
    { runId: newId(), listId, ...columnsOf([ada, alice, bob, carol]) },
  )
})

const columnsOf = (people: readonly ({ id: string; uid: string } | undefined)[]) => ({
  ids: people.map((one) => one?.id ?? ''),
  uids: people.map((one) => one?.uid ?? ''),
})

/** Carol is taken off the list by an admin: whoever does that has the list alone. */
const removeCarol = (tx: Transaction) =>
  requestChanges(tx, {
    member: carol ?? ada,
    requestedBy: ada,
    managing: true,
    via: 'web',
    requestId: null,
    wishes: [{ listName: 'news', action: 'unsubscribe' }],
    seesHidden: true,
    spend: async () => {},
    ...limits,
  })

const waitingForIt = (count: number) =>
  waitUntil(`${count} wait for a word about carol`, async () => {
    const waiting = await rows(
      db,
      `select from pg_locks where not granted and locktype = 'advisory'
         and database = (select oid from pg_database where datname = current_database())`,
    )
    return waiting.length === count ? true : null
  })

/** The incident that names them all, with what an admin may do about it. */
async function incidentOf(alert: Pick<Alert, 'kind' | 'key' | 'subjectId' | 'actions'>): Promise<string> {
  const words = { content: 'x', subject: 'x', text: 'x' }
  const alertTo = { channelId: null, mailTo: null }
  await raiseAlert({ db, alertTo, log: testLog }, { ...alert, ...words })
  const [incident] = await rows<{ id: string }>(db, 'select id from incident')
  return incident?.id ?? ''
}

async function reportedDrift(): Promise<string> {
  const driftId = newId()
  await rows(
    db,
    `with d as (
       insert into drift (id, list_id, policy, version_after, joined) values (:driftId, :listId, 'report', '1', 3) returning id)
     insert into drift_member (drift_id, member_id, way) select d.id, m.id, 'joined' from d, member m where m.uid <> 'ada'`,
    { driftId, listId },
  )
  return incidentOf({ kind: 'drift', key: 'drift', subjectId: driftId, actions: ['revert'] })
}

async function refusedChanges(): Promise<string> {
  await rows(
    db,
    `insert into change (id, list_id, member_id, action, state, via, requested_by, ended_at, reason_code, reason_message, refusal, refusal_message)
     select gen_random_uuid(), :listId, m.id, 'unsubscribe', 'failed', 'api', :ada, now(), '19', 'x', '19', 'x'
     from member m where m.uid <> 'ada'`,
    { listId, ada: ada.id },
  )
  const [change] = await rows<{ id: string }>(db, 'select id from change order by id limit 1')
  return incidentOf({
    kind: 'change-failed',
    key: 'change-failed',
    subjectId: change?.id ?? null,
    actions: ['retry'],
  })
}

/** Somebody takes carol off while an admin decides about her and others. Gives what became of both, and what is asked for then. */
async function atOnce(action: 'revert' | 'retry', incidentId: string) {
  // Somebody's word about carol is on its way, so that the next two wait for it, in this order.
  const first = await db.transaction()
  await rows(first, `select pg_advisory_xact_lock(hashtextextended(:carol || :listId, 0))`, {
    carol: carol?.id,
    listId,
  })
  const removal = db.transaction(removeCarol)
  await waitingForIt(1)
  const many = db.transaction((tx) =>
    decideIncident(tx, { incidentId, action, revision: 1, ...deciding, ...limits }),
  )
  await waitingForIt(2)
  await first.commit()

  const both = await Promise.allSettled([removal, many])
  const asked = await rows<{ uid: string; action: string }>(
    db,
    `select m.uid, c.action from change c join member m on m.id = c.member_id where c.state = 'queued' order by m.uid`,
  )
  return [both.map(({ status }) => status), asked.map(({ uid, action: way }) => `${uid} ${way}`)]
}

const bothThrough = [
  ['fulfilled', 'fulfilled'],
  ['alice unsubscribe', 'bob unsubscribe', 'carol unsubscribe'],
]

it('a revert of many and a word about one of them, said at the same time, both go through', async () => {
  expect(await atOnce('revert', await reportedDrift())).toEqual(bothThrough)
})

it('a retry of many and a word about one of them, said at the same time, both go through', async () => {
  expect(await atOnce('retry', await refusedChanges())).toEqual(bothThrough)
})

it('of two words at once the one that waited for its turn is the later one, whoever began', async () => {
  const waited = await db.transaction(async (early) => {
    await rows(early, 'select now()')
    await db.transaction(removeCarol)
    await rows(
      db,
      `update change set state = 'failed', ended_at = now(), reason_code = 'x', reason_message = 'x'`,
    )
    await removeCarol(early)
    const [last] = await rows<{ id: string }>(early, `select id from change where state = 'queued'`)
    return last?.id
  })
  const said = await rows<{ id: string }>(db, 'select id from change order by created_at')
  expect(said.map(({ id }) => id).indexOf(waited ?? '')).toBe(1)
})
