import { type Database, type DatabaseOrTransaction, rows, type Transaction } from './database.ts'

/** Who asks to join a list and waits for a yes. */
export type WaitingRequests = {
  listId: string
  list: string
  /** Their changes, the first first. */
  ids: string[]
  /** User names in the same order, at most 1,000. */
  members: string[]
  /** When the first of them asked. */
  askedAt: Date
  /** What admins read of it at present. */
  told: { ids: string[]; content: string } | null
}

/** The incident of those who ask to join a list. */
export const requestIncident = (listId: string): string => `requests-waiting ${listId}`

/** Says (NOTIFY requests) that fewer wait, where admins are told of them. To be selected, `listId` being an expression for the list's id. */
export const tellFewerWait = (listId: string): string => `case when exists (
    select 1 from incident i where i.key = 'requests-waiting ' || ${listId} and i.state <> 'resolved')
  then pg_notify('requests', '') end`

/** That a change (`c`) asks to join a list (`l`) for somebody (`m`), and waits. A piece of a statement. */
export const isAsking = `c.state = 'awaiting_approval' and c.hold_id is null and l.state <> 'gone' and m.state = 'present'`

/** Of each list for which somebody waits. */
export async function readWaitingRequests(db: Database): Promise<WaitingRequests[]> {
  return rows<WaitingRequests>(
    db,
    `select l.id as list_id, l.name as list, array_agg(c.id order by c.id) as ids, (array_agg(m.uid order by c.id))[1:1000] as members,
       min(c.created_at) as asked_at, (
         select jsonb_build_object('ids', i.request_ids, 'content', i.words ->> 'content')
         from incident i where i.key = 'requests-waiting ' || l.id and i.state <> 'resolved') as told
     from change c join list l on l.id = c.list_id join member m on m.id = c.member_id
     where ${isAsking}
     group by l.id, l.name order by l.id`,
  )
}

/**
 * Whether admins are to be told just this: it is how it is, and not what they were told before. For who lets nobody else tell of it or end it
 * meanwhile.
 */
export async function isNewsOfRequests(
  tx: Transaction,
  { listId, ids }: Pick<WaitingRequests, 'listId' | 'ids'>,
  content: string,
): Promise<boolean> {
  const [found] = await rows<{ isSo: boolean; isTold: boolean }>(
    tx,
    `select :ids::uuid[] = array(
         select c.id from change c join list l on l.id = c.list_id join member m on m.id = c.member_id
         where c.list_id = :listId and ${isAsking} order by c.id) as is_so,
       exists (
         select 1 from incident where key = :key and state <> 'resolved' and request_ids = :ids::uuid[] and words ->> 'content' = :content
       ) as is_told`,
    { listId, ids, key: requestIncident(listId), content },
  )
  return found?.isSo === true && !found.isTold
}

/** The incidents that last although nobody waits any more. */
export async function readAnsweredRequests(db: Database): Promise<string[]> {
  const found = await rows<{ key: string }>(
    db,
    `select i.key from incident i
     where i.kind = 'requests-waiting' and i.state <> 'resolved' and not exists (
       select 1 from change c join list l on l.id = c.list_id join member m on m.id = c.member_id
       where l.id = i.subject_id::uuid and ${isAsking})`,
  )
  return found.map(({ key }) => key)
}

/** Those whom the incident names and who still wait, locked. */
export async function lockRequestsOf(tx: DatabaseOrTransaction, incidentId: string): Promise<string[]> {
  const found = await rows<{ id: string }>(
    tx,
    `select c.id from incident i join change c on c.id = any(i.request_ids)
     where i.id = :incidentId and c.state = 'awaiting_approval' and c.hold_id is null
     order by c.id for update of c`,
    { incidentId },
  )
  return found.map(({ id }) => id)
}
