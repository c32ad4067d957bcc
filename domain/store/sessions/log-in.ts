import type { PersonEntry } from '../../contracts/directory.ts'
import { type Database, rows, type Transaction } from '../database.ts'
import { openSession } from './open-session.ts'
import { writeAdmins } from '../members/write-admins.ts'
import { originIn } from '../audit/write-audit.ts'

type Login = {
  /** Who bound to the directory with their own password, as it shows them now. */
  person: Pick<PersonEntry, 'entryUuid' | 'version' | 'gidNumber'>
  /** Whom the directory names as admins at this moment; null when it does not say: then what the last read said stands. */
  admins: Parameters<typeof writeAdmins>[1] | null
  /** What `isAdminInDirectory` said before those were read. When it is no longer so, a read of the worker's is newer. */
  wasAdmin: boolean
} & Omit<Parameters<typeof openSession>[1], 'memberId'>

export type LoggedInMember = {
  memberId: string
  uid: string
  isAdmin: boolean
  session: { id: string; secret: string; csrfSecret: string }
}

/** Whether the mirror says that the directory makes them an admin. */
export async function isAdminInDirectory(db: Database, entryUuid: string): Promise<boolean> {
  const [member] = await rows<{ adminInDirectory: boolean }>(
    db,
    'select admin_in_directory from member where entry_uuid = :entryUuid',
    { entryUuid },
  )
  return member?.adminInDirectory ?? false
}

/** Opens a session for who proved their password, an admin if the directory says so now. Null for who is not in the mirror. */
export async function logIn(
  tx: Transaction,
  { person, admins, wasAdmin, ...opening }: Login,
): Promise<LoggedInMember | null> {
  const [known] = await rows<{ id: string; adminInDirectory: boolean }>(
    tx,
    `update member set gid_number = case when version <= :version then :gidNumber::integer else gid_number end
     where entry_uuid = :entryUuid and state = 'present' returning id, admin_in_directory`,
    { entryUuid: person.entryUuid, version: person.version, gidNumber: person.gidNumber },
  )
  if (!known) return null
  if (admins !== null && known.adminInDirectory === wasAdmin)
    await writeAdmins(tx, admins, { onlyMember: known.id, ...originIn(opening) })
  const [member] = await rows<{ uid: string; isAdmin: boolean }>(
    tx,
    'select uid, is_admin from member where id = :memberId',
    { memberId: known.id },
  )
  if (!member) throw new Error('a member went away while their row was locked')
  const session = await openSession(tx, { ...opening, memberId: known.id })
  return { memberId: known.id, ...member, session }
}
