import type { AdminGroup, ListClass } from '../../domain/contracts/directory.ts'
import { texts } from './entry-values.ts'
import { listClasses } from './list-class.ts'
import { readOne } from './search.ts'
import type { Session } from './session.ts'

/** Nobody where no such group is configured; `found: false` where it is, and is not there. @throws {DirectoryFailure} */
export async function readAdmins({ config, connection }: Session): Promise<AdminGroup> {
  const nobody = { dnKeys: [], uids: [], mailKeys: [] }
  if (config.adminGroup === undefined) return { found: true, ...nobody }
  const attributes = [...new Set(Object.values(listClasses).map((one) => one.memberAttribute))]
  const entry = await readOne(connection, config.adminGroup, attributes)
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
