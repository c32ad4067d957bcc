import { Refusal } from '../../contracts/refusal.ts'
import { rows, type Transaction } from '../database.ts'
import { memberNotFound } from './find-member.ts'
import { writeAudit } from '../audit/write-audit.ts'

export type AdminStanding = {
  uid: string
  isAdmin: boolean
  /** What the directory says, which holds where no operator said anything else. */
  inDirectory: boolean
  /** False when it was so before. */
  changed: boolean
}

type Found = {
  id: string
  uid: string
  present: boolean
  inDirectory: boolean
  override: boolean | null
}

/**
 * An operator's word on who is an admin, in force at once at every door. What the directory says by itself needs no word: to grant
 * it, or to revoke it from whom the directory does not name, takes back the word before. Who is gone can only lose it.
 * @throws {Refusal} NOT_FOUND (MEMBER_NOT_FOUND), CONFLICT (USERNAME_SHARED).
 */
export async function setAdmin(
  tx: Transaction,
  { username, isAdmin }: { username: string; isAdmin: boolean },
): Promise<AdminStanding> {
  const member = await findToSet(tx, { username, isAdmin })
  const { id, uid, inDirectory } = member
  const override = overrideFor(member, isAdmin)
  const changed = override !== member.override
  if (changed) await write(tx, member, { isAdmin, override })
  return { uid, isAdmin: (await isAdminNow(tx, id)) ?? false, inDirectory, changed }
}

/** The word that has to stand; null for none. One that was taken stays taken until it is granted. */
function overrideFor({ inDirectory, override }: Found, isAdmin: boolean): boolean | null {
  if (isAdmin) return inDirectory && override !== true ? null : true
  return inDirectory || override === false ? false : null
}

async function findToSet(
  tx: Transaction,
  { username, isAdmin }: { username: string; isAdmin: boolean },
): Promise<Found> {
  // Another operator may be waited for here: what they have said is seen by the statement after this one only.
  await rows(
    tx,
    'select 1 from member where lower(uid) = lower(:username) order by entry_uuid for no key update',
    { username },
  )
  const [member, other] = await rows<Found>(
    tx,
    `select m.id, m.uid, m.state = 'present' as present, m.admin_in_directory as in_directory, o.is_admin as override
     from member m left join admin_override o on o.member_id = m.id
     where lower(m.uid) = lower(:username) and (m.state = 'present' or (o.is_admin and not :isAdmin))
     order by present desc limit 2`,
    { username, isAdmin },
  )
  if (!member) throw memberNotFound(username)
  if (other?.present)
    throw new Refusal('CONFLICT', `Two people in the directory have the user name ${username}.`, {
      reason: 'USERNAME_SHARED',
    })
  return member
}

async function write(
  tx: Transaction,
  { id: memberId, inDirectory }: Found,
  { isAdmin, override }: { isAdmin: boolean; override: boolean | null },
): Promise<void> {
  if (override === null)
    await rows(tx, 'delete from admin_override where member_id = :memberId', { memberId })
  else
    await rows(
      tx,
      `insert into admin_override (member_id, is_admin) values (:memberId, :override)
       on conflict (member_id) do update set is_admin = excluded.is_admin, created_at = now()`,
      { memberId, override },
    )
  await rows(
    tx,
    `update member set is_admin = state = 'present' and coalesce(:override, admin_in_directory), updated_at = now()
     where id = :memberId`,
    { memberId, override },
  )
  await writeAudit(tx, [
    {
      actorKind: 'operator',
      actorId: null,
      event: isAdmin ? 'admin.granted' : 'admin.revoked',
      subjectKind: 'member',
      subjectId: memberId,
      via: 'operator',
      outcome: isAdmin ? 'granted' : 'revoked',
      details: { inDirectory },
    },
  ])
}

async function isAdminNow(tx: Transaction, memberId: string): Promise<boolean | undefined> {
  const [found] = await rows<{ isAdmin: boolean }>(tx, 'select is_admin from member where id = :memberId', {
    memberId,
  })
  return found?.isAdmin
}
