import { isUuid } from '../../rules/uuid.ts'
import { type Database, rows } from '../database.ts'

/**
 * Whether a member (`m`) owns a list (`l`): by the directory's `owner` attribute, or because an admin said so. A piece of a
 * statement.
 */
export const isOwner = `(m.dn_key = any(l.owner_keys)
  or exists (select 1 from list_owner o where o.list_id = l.id and o.member_id = m.id))`

/** Whether the member of this id (an expression) is in the directory and owns a list (`l`). A piece of a statement. */
export const isOwnedBy = (memberId: string): string =>
  `exists (select 1 from member m where m.id = ${memberId} and m.state = 'present' and ${isOwner})`

const ownedBy = `from list l join member m on m.id = :memberId and m.state = 'present'
  where l.state <> 'gone' and l.managed and ${isOwner}`

/** The ids of the lists that the member `:memberId` owns: to ask it of many lists at once. A statement. */
export const ownedLists = `select l.id ${ownedBy}`

/** Asked before the name was validated: one that Postgres would refuse is the name of no list. */
export async function ownsList(db: Database, memberId: string, name: string): Promise<boolean> {
  if (name.includes('\0')) return false
  const found = await rows(db, `select 1 ${ownedBy} and lower(l.name) = lower(:name)`, { memberId, name })
  return found.length > 0
}

/** Whether the change is about a list of theirs. What is no UUID is the id of no change. */
export async function ownsChange(db: Database, memberId: string, changeId: string): Promise<boolean> {
  if (!isUuid(changeId)) return false
  const found = await rows(
    db,
    `select 1 ${ownedBy} and l.id = (select list_id from change where id = :changeId)`,
    { memberId, changeId },
  )
  return found.length > 0
}

/** Whether they own any list that there is. */
export async function ownsSome(db: Database, memberId: string): Promise<boolean> {
  const found = await rows(db, `select 1 ${ownedBy} limit 1`, { memberId })
  return found.length > 0
}
