import { writeAdmins } from '../../domain/store/members/write-admins.ts'
import type { SyncContext } from '../context.ts'
import { tellOfLostAdmins } from './tell-of-lost-admins.ts'

/** Who is an admin by the directory, now. Only what is new is written; that it is nobody is told. @throws {DirectoryFailure} */
export async function readAdmins(context: SyncContext): Promise<void> {
  const { db, directory, adminGid } = context
  const { found, ...named } = await directory.readAdmins()
  await db.transaction((tx) => writeAdmins(tx, { ...named, gid: adminGid }))
  await tellOfLostAdmins(context, { found, ...named })
}
