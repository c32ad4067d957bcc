import type { Change, ChangeAction } from '../../contracts/change.ts'
import { rows, type Transaction } from '../database.ts'
import { readChanges } from './read-change.ts'
import type { StandingRow } from './read-standing.ts'
import type { ChangeRequest, Decided, RequestedChange } from './request-changes.ts'

/** Answers each wish with its new change, or with what stands. */
export async function answerWishes(
  tx: Transaction,
  decided: Decided[],
  member: ChangeRequest['member'],
): Promise<RequestedChange[]> {
  const ids = decided.flatMap((one) => one.changeId ?? [])
  const changes = new Map(
    (ids.length > 0 ? await readChanges(tx, ids) : []).map((change) => [change.id, change]),
  )
  return Promise.all(
    decided.map(async ({ row, action, decision, changeId }) => {
      const change = changeId === null ? await standingChange(tx, row, action, member) : changes.get(changeId)
      if (!change) throw new Error(`change ${changeId} vanished inside its own transaction`)
      return { change, fresh: decision.kind === 'new' }
    }),
  )
}

/** What stands already: the change that brought it about, or, when the directory had it before us, its description. */
async function standingChange(
  tx: Transaction,
  row: StandingRow,
  action: ChangeAction,
  member: ChangeRequest['member'],
): Promise<Change> {
  const [last] = await rows<{ id: string; action: ChangeAction }>(
    tx,
    `select id, action from change where list_id = :listId and member_id = :memberId and state = 'applied'
     order by created_at desc limit 1`,
    { listId: row.id, memberId: member.id },
  )
  if (last?.action === action) {
    const [change] = await readChanges(tx, [last.id])
    if (change) return change
  }
  const since = (row.subscribedSince ?? row.updatedAt).toISOString()
  return {
    id: null,
    list: row.name,
    member: member.uid,
    action,
    state: 'applied',
    reason: null,
    requestedBy: null,
    via: 'sync',
    createdAt: since,
    endedAt: since,
    proof: { version: row.version ?? '', how: 'found' },
    supersededBy: null,
    retryOf: null,
  }
}
