import { Refusal } from '../../contracts/refusal.ts'
import { type DatabaseOrTransaction, rows } from '../database.ts'

/**
 * The person in the directory with this user name, whatever its case.
 * @throws {Refusal} NOT_FOUND (MEMBER_NOT_FOUND), or CONFLICT (USERNAME_SHARED) where two have it: which of them was meant
 * can't be known.
 */
export async function findMember(
  db: DatabaseOrTransaction,
  username: string,
): Promise<{ id: string; uid: string }> {
  const [member, other] = await rows<{ id: string; uid: string }>(
    db,
    `select id, uid from member where lower(uid) = lower(:username) and state = 'present' limit 2`,
    { username },
  )
  if (!member) throw memberNotFound(username)
  if (other)
    throw new Refusal('CONFLICT', `Two people in the directory have the user name ${username}.`, {
      reason: 'USERNAME_SHARED',
    })
  return member
}

/** The refusal for a user name that nobody has. */
export function memberNotFound(username: string): Refusal {
  return new Refusal('NOT_FOUND', `There is nobody with the user name ${username}.`, {
    reason: 'MEMBER_NOT_FOUND',
  })
}
