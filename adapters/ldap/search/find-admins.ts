import { type Filter, FilterParser } from 'ldapts'
import type { PersonEntry } from '../../../domain/contracts/directory.ts'
import { readAdmins } from './admin-group.ts'
import type { DirectoryConfig } from '../connection/connect-options.ts'
import { dnKey } from '../entries/dn-key.ts'
import { peopleIn } from './parts.ts'
import { find, type Part, readOne } from './search.ts'
import { openSession, type Session } from '../connection/session.ts'

export type FoundAdmins = {
  /** False where a group is configured, and this account sees none. */
  found: boolean
  /** How many members the account sees in it, whoever they are. */
  members: number
  /** Those of them who are people. */
  inGroup: PersonEntry[]
  /** The people with the gidNumber. */
  withGid: PersonEntry[]
}

/**
 * Whom the directory makes an admin as far as this account sees, by the group of `config` and by a gidNumber. It asks for those only, so a
 * directory of any size answers soon. @throws {DirectoryFailure} @throws {IncompleteRead}
 */
export async function findAdmins(config: DirectoryConfig, gid: number | undefined): Promise<FoundAdmins> {
  const session = openSession(config)
  try {
    const { found, dnKeys, uids, mailKeys } = await readAdmins(session)
    const people = peopleIn(session)
    const inGroup = [
      ...(await findAt(session, people, dnKeys)),
      // The server takes capital and small letters for the same; who is named in another spelling is no admin.
      ...(await find(session, people, 'uid', uids)).filter(({ uid }) => uids.includes(uid)),
      ...(await find(session, people, 'mail', mailKeys)),
    ]
    const withGid = gid === undefined ? [] : await find(session, people, 'gidNumber', [String(gid)])
    return {
      found,
      members: dnKeys.length + uids.length + mailKeys.length,
      inGroup: [...new Map(inGroup.map((person) => [person.entryUuid, person])).values()],
      withGid: withGid.filter(({ gidNumber }) => gidNumber === gid),
    }
  } finally {
    await session.connection.close()
  }
}

/** Each is read by itself: there is no filter for a DN that every server knows. */
async function findAt(
  { connection }: Session,
  { base, filter, attributes, as }: Part<PersonEntry>,
  dnKeys: readonly string[],
): Promise<PersonEntry[]> {
  const isPerson: Filter = FilterParser.parseString(filter)
  const below = dnKeys.filter((key) => key.endsWith(`,${dnKey(base)}`))
  const entries = await Promise.all(below.map((dn) => readOne(connection, dn, attributes, isPerson)))
  return entries.flatMap((entry) => (entry && as(entry)) ?? [])
}
