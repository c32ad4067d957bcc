import type { Change } from '../../contracts/change.ts'
import { type DatabaseOrTransaction, rows } from '../database.ts'
import { isOwner } from '../lists/owns.ts'

type Row = {
  id: string
  list: string
  member: string
  action: Change['action']
  state: Change['state']
  reasonCode: string | null
  reasonMessage: string | null
  requestedBy: string | null
  via: Change['via']
  createdAt: Date
  endedAt: Date | null
  proofVersion: string | null
  proofHow: 'modified' | 'found' | null
  supersededBy: string | null
  newerWordOf: string | null
  retryOf: string | null
  wouldWrite: string | null
  maybeSent: boolean
}

/** Who wants to see a change, and what they may manage by the credential that they came with. */
export type ChangeReader = { changeId: string; memberId: string; isAdmin?: boolean; mayManage?: boolean }

/**
 * Whether a change (`c`) of a list (`l`) waits, and yet may be under way to the directory, sent by a worker that was not heard of since.
 * Which of the list's changes was sent is not on record: the word that it was, or what took its place, is looked at again in any
 * case. A piece of a statement.
 */
const isMaybeSent = `c.state = 'queued' and l.asserting_version is not null`

/** The changes with these ids, in their order; what does not exist is left out. */
export async function readChanges(db: DatabaseOrTransaction, ids: readonly string[]): Promise<Change[]> {
  const found = await rows<Row>(
    db,
    `select c.id, l.name as list, m.uid as member, c.action, c.state, c.reason_code, c.reason_message,
       r.uid as requested_by, c.via, c.created_at, c.ended_at, c.proof_version, c.proof_how, c.superseded_by,
       newer.uid as newer_word_of, c.retry_of, c.would_write, ${isMaybeSent} as maybe_sent
     from unnest(:ids::uuid[]) with ordinality as wanted (id, place)
     join change c on c.id = wanted.id
     join list l on l.id = c.list_id
     join member m on m.id = c.member_id
     left join member r on r.id = c.requested_by
     left join change by on by.id = c.superseded_by
     left join member newer on newer.id = by.requested_by
     order by wanted.place`,
    { ids },
  )
  return found.map(asChange)
}

/** The change with this id, if `memberId` is the one whom it is about, who asked for it, or who manages the list by the rights that
 * they have come with. */
export async function readChangeOf(
  db: DatabaseOrTransaction,
  { changeId, memberId, isAdmin = false, mayManage = false }: ChangeReader,
): Promise<Change | null> {
  const [own] = await rows<{ id: string }>(
    db,
    `select c.id from change c where c.id = :changeId and (c.member_id = :memberId or c.requested_by = :memberId or :isAdmin
       or (:mayManage and exists (
         select 1 from list l join member m on m.id = :memberId and m.state = 'present'
         where l.id = c.list_id and l.managed and ${isOwner})))`,
    { changeId, memberId, isAdmin, mayManage },
  )
  if (!own) return null
  const [change] = await readChanges(db, [own.id])
  return change ?? null
}

function asChange(row: Row): Change {
  return {
    id: row.id,
    list: row.list,
    member: row.member,
    action: row.action,
    state: row.state,
    reason: row.reasonCode === null ? null : { code: row.reasonCode, message: row.reasonMessage ?? '' },
    requestedBy: row.requestedBy,
    via: row.via,
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    proof: row.proofVersion && row.proofHow ? { version: row.proofVersion, how: row.proofHow } : null,
    supersededBy: row.supersededBy,
    ...(row.newerWordOf === null ? {} : { newerWordOf: row.newerWordOf }),
    retryOf: row.retryOf,
    ...(row.wouldWrite === null ? {} : { wouldWrite: row.wouldWrite }),
    ...(row.maybeSent ? { maybeSent: true } : {}),
  }
}
