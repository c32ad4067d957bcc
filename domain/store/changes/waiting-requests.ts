import { type Database, rows, type Transaction } from '../database.ts'
import { endIncident } from '../incidents/end-alerts.ts'

/** Somebody who asks to join a list and waits for a yes. */
export type WaitingRequest = { id: string; listId: string; list: string; member: string; askedAt: Date }

/** What admins read of at present: an incident about some of those who ask to join a list. `takesMore`: whoever asks now may join it. */
export type ToldRequests = {
  key: string
  listId: string
  ids: string[]
  content: string
  takesMore: boolean
}

/** After that, or once an admin looks after it, who asks is told of in a message of their own: nobody is called by an edit. */
const takesMoreForS = 600

/** The incident of those who ask to join a list, the first of whom made this change. */
export const requestIncident = (listId: string, firstId: string): string =>
  `requests-waiting ${listId} ${firstId}`

/** Says (NOTIFY requests) that fewer wait, where admins are told of them. To be selected, `listId` being an expression for the list's id. */
export const tellFewerWait = (listId: string): string => `case when exists (
    select 1 from incident i where i.kind = 'requests-waiting' and i.state <> 'resolved' and i.subject_id = ${listId}::text)
  then pg_notify('requests', '') end`

/** That a change (`c`) asks to join a list (`l`) for somebody (`m`), and waits. A piece of a statement. */
export const isAsking = `c.action = 'subscribe' and c.state = 'awaiting_approval' and c.hold_id is null and l.state <> 'gone' and m.state = 'present'`

/** All of them, the first first. */
export async function readWaitingRequests(db: Database): Promise<WaitingRequest[]> {
  return rows<WaitingRequest>(
    db,
    `select c.id, l.id as list_id, l.name as list, m.uid as member, c.created_at as asked_at
     from change c join list l on l.id = c.list_id join member m on m.id = c.member_id
     where ${isAsking} order by c.id`,
  )
}

/** The incidents that last, the newest last. */
export async function readToldRequests(db: Database): Promise<ToldRequests[]> {
  return rows<ToldRequests>(
    db,
    `select key, subject_id as list_id, coalesce(request_ids, '{}') as ids, words ->> 'content' as content,
       state = 'open' and began_at > now() - make_interval(secs => :takesMoreForS) as takes_more
     from incident where kind = 'requests-waiting' and state <> 'resolved' order by id`,
    { takesMoreForS },
  )
}

/**
 * Whether admins are to be told just this: all of these wait, this incident is about nobody else who does, no other one is about any of them,
 * and it is not what they were told before. Of several workers that look at a list one after the other gets an answer.
 */
export async function isNewsOfRequests(
  tx: Transaction,
  { key, listId, ids, content }: Omit<ToldRequests, 'takesMore'>,
): Promise<boolean> {
  await rows(tx, `select pg_advisory_xact_lock(hashtextextended('requests-waiting ' || :listId, 0))`, {
    listId,
  })
  const [found] = await rows<{ isSo: boolean; isTold: boolean; leavesOut: boolean }>(
    tx,
    `select (
         select count(*) from change c join list l on l.id = c.list_id join member m on m.id = c.member_id
         where c.id = any(:ids::uuid[]) and ${isAsking}) = cardinality(:ids::uuid[]) as is_so,
       exists (
         select 1 from incident i where i.kind = 'requests-waiting' and i.state <> 'resolved' and i.subject_id = :listId
           and case when i.key = :key then i.request_ids = :ids::uuid[] and i.words ->> 'content' = :content
             else i.request_ids && :ids::uuid[] end) as is_told,
       exists (
         select 1 from incident i join change c on c.id = any(i.request_ids) join list l on l.id = c.list_id join member m on m.id = c.member_id
         where i.key = :key and i.state <> 'resolved' and ${isAsking} and c.id <> all(:ids::uuid[])) as leaves_out`,
    { key, listId, ids, content },
  )
  return found?.isSo === true && !found.isTold && !found.leavesOut
}

/** Ends these incidents, where nobody waits in them any more: others may have joined one since it was looked at. */
export async function endAnsweredRequests(db: Database, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  await db.transaction(async (tx) => {
    const lasting = await rows<{ id: string }>(
      tx,
      `select id from incident where key = any(:keys) and state <> 'resolved' order by id for update`,
      { keys },
    )
    // A statement of its own: it sees who joined while this one waited for the rows.
    const answered = await rows<{ id: string }>(
      tx,
      `select i.id from incident i where i.id = any(:ids::uuid[]) and not exists (
         select 1 from change c join list l on l.id = c.list_id join member m on m.id = c.member_id
         where c.id = any(i.request_ids) and ${isAsking})`,
      { ids: lasting.map(({ id }) => id) },
    )
    for (const { id } of answered) await endIncident(tx, id, 'over')
  })
}

/**
 * Those whom the incident names and who still wait, locked; before them their list, as everybody does who takes both.
 */
export async function lockRequestsOf(
  tx: Transaction,
  { incidentId, listId }: { incidentId: string; listId: string },
): Promise<string[]> {
  await rows(tx, 'select 1 from list where id = :listId for no key update', { listId })
  const found = await rows<{ id: string }>(
    tx,
    `select c.id from incident i join change c on c.id = any(i.request_ids) join list l on l.id = c.list_id join member m on m.id = c.member_id
     where i.id = :incidentId and ${isAsking}
     order by c.id for update of c`,
    { incidentId },
  )
  return found.map(({ id }) => id)
}
