import { writeAdmins } from '../../domain/store/write-admins.ts'
import type { SyncContext } from '../context.ts'

/** Who is an admin by the directory, now. Only what is new is written. @throws {DirectoryFailure} */
export async function readAdmins({ db, directory, adminGid, adminGroup, log }: SyncContext): Promise<void> {
  const { found, ...named } = await directory.readAdmins()
  if (!found) log.error({ adminGroup }, 'LDAP_ADMIN_GROUP is not in the directory: it makes nobody an admin')
  await db.transaction((tx) => writeAdmins(tx, { ...named, gid: adminGid }))
}
