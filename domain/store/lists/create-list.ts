import type { NewList } from '../../contracts/list.ts'
import { Refusal } from '../../contracts/refusal.ts'
import { laneOf } from '../../rules/lane.ts'
import { rows, type Transaction } from '../database.ts'
import { newId } from '../new-id.ts'
import { mirrorMissing, wasMirrorRead } from '../mirror/mirror-missing.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

type Creation = {
  list: NewList
  /** The admin who says so. */
  memberId: string
  via: 'discord' | 'web' | 'api'
} & Origin

/**
 * Writes down a list that a worker makes an entry of. Until that is there it is `creating`, and what is asked about it waits. Nobody
 * joins by themselves unless `join` says so: who creates a list decides that.
 * @throws {Refusal} CONFLICT (LIST_NAME_TAKEN), whatever the names' case, also by a list that is not managed, or whose entry a worker has yet
 *   to rename; UNAVAILABLE before the directory was read for the first time.
 */
export async function createList(tx: Transaction, creation: Creation): Promise<void> {
  const { name, description = '', join = 'closed', hidden = false } = creation.list
  if (!(await wasMirrorRead(tx))) throw mirrorMissing()
  const id = newId()
  // A twin in another transaction waits here for the first one's end.
  const [made] = await rows<{ lane: number }>(
    tx,
    `insert into list (id, name, display_name, description, join_policy, hidden, lane, state, entry_due_at)
     values (:id, :name, :name, :description, :join, :hidden, :lane, 'creating', now())
     on conflict do nothing returning lane`,
    { id, name, description, join, hidden, lane: laneOf(id) },
  )
  if (!made) throw listNameTaken(name)
  await requireNameLeft(tx, { listId: id, name })
  await rows(tx, `select pg_notify('change_queued', :lane::text)`, { lane: String(made.lane) })
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: creation.memberId,
      event: 'list.creation_requested',
      subjectKind: 'list',
      subjectId: id,
      via: creation.via,
      outcome: 'creating',
      details: { join, hidden },
      ...originIn(creation),
    },
  ])
}

/**
 * To be called once the name is written down: who gave it up meanwhile has been waited for by then.
 * @throws {Refusal} CONFLICT (LIST_NAME_TAKEN) while the entry of another list may still have it.
 */
export async function requireNameLeft(
  tx: Transaction,
  { listId, name }: { listId: string; name: string },
): Promise<void> {
  const [other] = await rows(
    tx,
    `select 1 from list where former_names <> '{}' and lower(:name) = any(former_names) and id <> :listId
       and (entry_due_at is not null or version is null) and state <> 'gone'`,
    { listId, name },
  )
  if (other)
    throw new Refusal(
      'CONFLICT',
      `The list that was named ${name} has not been renamed or deleted in the directory yet. Try again once it has, or choose another name.`,
      { reason: 'LIST_NAME_TAKEN', details: { list: name } },
    )
}

/** The refusal for a name that another list has. */
export function listNameTaken(name: string): Refusal {
  return new Refusal('CONFLICT', `There is a list named ${name} already. Choose another name.`, {
    reason: 'LIST_NAME_TAKEN',
    details: { list: name },
  })
}
