import { Refusal } from '../../contracts/refusal.ts'
import type { OwnerChange } from './add-list-owner.ts'
import { rows, type Transaction } from '../database.ts'
import { memberNotFound } from '../members/find-member.ts'
import { lockList } from './lock-list.ts'
import { originIn, writeAudit } from '../audit/write-audit.ts'

/**
 * Takes back what an admin said about somebody's owning a list; of somebody who is gone from the directory too, so that they are
 * no owner when they come back. Whom the directory names stays an owner: then the Refusal is given back instead of thrown, so
 * that our own word is taken back all the same.
 * @throws {Refusal} NOT_FOUND (LIST_NOT_FOUND, MEMBER_NOT_FOUND).
 */
export async function removeListOwner(tx: Transaction, change: OwnerChange): Promise<Refusal | null> {
  const { username } = change
  const list = await lockList(tx, change.listName)
  const named = await rows<{ id: string; inDirectory: boolean }>(
    tx,
    `select m.id, m.state = 'present' and m.dn_key = any(l.owner_keys) as in_directory
     from member m join list l on l.id = :listId where lower(m.uid) = lower(:username)`,
    { listId: list.id, username },
  )
  if (named.length === 0) throw memberNotFound(username)
  const removed = await rows<{ memberId: string }>(
    tx,
    'delete from list_owner where list_id = :listId and member_id = any(:ids::uuid[]) returning member_id',
    { listId: list.id, ids: named.map(({ id }) => id) },
  )
  await writeAudit(
    tx,
    removed.map(({ memberId }) => ({
      actorKind: 'member',
      actorId: change.adminId,
      event: 'list.owner_removed',
      subjectKind: 'list',
      subjectId: list.id,
      via: change.via,
      outcome: 'removed',
      details: { member: memberId },
      ...originIn(change),
    })),
  )
  if (!named.some(({ inDirectory }) => inDirectory)) return null
  return new Refusal(
    'CONFLICT',
    `The directory itself names ${username} as an owner of ${list.name}, in the attribute “owner” of the list’s entry. Take them off there.`,
    { reason: 'OWNER_IN_DIRECTORY' },
  )
}
