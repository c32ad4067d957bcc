import { rows, type Transaction } from '../database.ts'
import { findMember } from '../members/find-member.ts'
import { lockList } from './lock-list.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

export type OwnerChange = {
  listName: string
  username: string
  /** The admin who says so. */
  adminId: string
  via: 'discord' | 'web' | 'api'
} & Origin

/**
 * Makes somebody an owner of a list by an admin's word, which holds beside the directory's own `owner` attribute.
 * @throws {Refusal} NOT_FOUND (LIST_NOT_FOUND, MEMBER_NOT_FOUND), CONFLICT (USERNAME_SHARED).
 */
export async function addListOwner(tx: Transaction, change: OwnerChange): Promise<void> {
  const list = await lockList(tx, change.listName)
  const member = await findMember(tx, change.username)
  const [added] = await rows(
    tx,
    `insert into list_owner (list_id, member_id) values (:listId, :memberId) on conflict do nothing returning list_id`,
    { listId: list.id, memberId: member.id },
  )
  if (!added) return
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: change.adminId,
      event: 'list.owner_added',
      subjectKind: 'list',
      subjectId: list.id,
      via: change.via,
      outcome: 'added',
      details: { member: member.id },
      ...originIn(change),
    },
  ])
}
