import type { AdminGroup, ListClass } from '../../../domain/contracts/directory.ts'
import { texts } from '../entries/entry-values.ts'
import { DirectoryFailure } from '../failure.ts'
import { listClasses } from '../entries/list-class.ts'
import { resultCode } from '../result-codes.ts'
import { readOne } from './search.ts'
import type { Session } from '../connection/session.ts'

/**
 * Nobody where no such group is configured; `found: false` where it is, and is not there, or not to be seen by this account.
 * @throws {DirectoryFailure}
 */
export async function readAdmins({ config, connection }: Session): Promise<AdminGroup> {
  const nobody = { dnKeys: [], uids: [], mailKeys: [] }
  if (config.adminGroup === undefined) return { found: true, ...nobody }
  const attributes = [...new Set(Object.values(listClasses).map((one) => one.memberAttribute))]
  const entry = await readOne(connection, config.adminGroup, attributes).catch((error: unknown) => {
    // Some servers say of an entry that it is there, and that our account may not see it.
    if (error instanceof DirectoryFailure && error.code === resultCode.insufficientAccessRights) return null
    throw error
  })
  if (!entry) return { found: false, ...nobody }
  const keysIn = (one: ListClass) =>
    texts(entry, listClasses[one].memberAttribute).map(listClasses[one].keyOf)
  return {
    found: true,
    dnKeys: [...keysIn('groupOfNames'), ...keysIn('groupOfUniqueNames')],
    uids: keysIn('posixGroup'),
    mailKeys: keysIn('nisMailAlias'),
  }
}
