import { Refusal } from '../../contracts/refusal.ts'
import { rows, type Transaction } from '../database.ts'
import { endOpenChanges } from '../changes/end-open-changes.ts'
import { entryObserved } from '../apply/due-list.ts'
import { listNotFound } from './lock-list.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

type Deletion = {
  listName: string
  /** The admin who says so. */
  memberId: string
  via: 'discord' | 'web' | 'api'
} & Origin

type Found = {
  id: string
  lane: number
  state: 'creating' | 'active' | 'deleting'
  inHand: boolean
  isUntried: boolean
}

/**
 * Has a list's entry deleted: from now on it is `deleting`, and nothing new is taken in about it; what was asked before ends as failed
 * when the worker has deleted it. One that no worker has begun to make is gone at once; where one has tried, the directory may have
 * the entry all the same, and a worker looks for it. It is an admin's word about everybody on the list, so the removal limit does not
 * hold it.
 * @throws {Refusal} NOT_FOUND (LIST_NOT_FOUND), or CONFLICT (LIST_CREATING) while a worker is making its entry.
 */
export async function deleteList(tx: Transaction, deletion: Deletion): Promise<void> {
  const { listName } = deletion
  const [list] = await rows<Found>(
    tx,
    `select id, lane, state, coalesce(lease_until > now(), false) as in_hand,
       lease_until is null and entry_attempts = 0 and coalesce(entry_problem, :observed) = :observed as is_untried
     from list
     where lower(name) = lower(:listName) and state <> 'gone' and managed for update`,
    { listName, observed: entryObserved },
  )
  if (!list) throw listNotFound(listName)
  if (list.state === 'deleting') return
  if (list.state === 'creating' && list.inHand) throw beingMade(listName)
  const dropped = list.state === 'creating' && list.isUntried
  if (dropped) await dropUnmade(tx, list, deletion)
  else
    await rows(
      tx,
      `with doomed as (
         update list set state = 'deleting', entry_due_at = now(), entry_attempts = 0, entry_refusals = 0, entry_problem = null, wanted_name = null,
           wanted_description = null, updated_at = now()
         where id = :id returning lane)
       select pg_notify('change_queued', lane::text) from doomed`,
      { id: list.id },
    )
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: deletion.memberId,
      event: 'list.deletion_requested',
      subjectKind: 'list',
      subjectId: list.id,
      via: deletion.via,
      outcome: dropped ? 'gone' : 'deleting',
      ...originIn(deletion),
    },
  ])
}

function beingMade(listName: string): Refusal {
  return new Refusal(
    'CONFLICT',
    `The list ${listName} is being made this very moment. Try again in a minute.`,
    { reason: 'LIST_CREATING', details: { list: listName } },
  )
}

async function dropUnmade(
  tx: Transaction,
  { id }: Found,
  { memberId, via, ...deletion }: Deletion,
): Promise<void> {
  await endOpenChanges(tx, [id], {
    code: 'LIST_GONE',
    message: 'The list was deleted before it was made, so nothing was changed.',
    by: { actorKind: 'member', actorId: memberId, via, ...originIn(deletion) },
  })
  await rows(
    tx,
    `update list set state = 'gone', gone_at = now(), entry_due_at = null, updated_at = now() where id = :id`,
    { id },
  )
}
