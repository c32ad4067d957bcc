import type { DirectoryConfig } from './connection/connect-options.ts'
import type { Connection } from './connection/connection.ts'
import { AssertionControl, PostReadControl } from './write/controls.ts'
import { readContextCsns } from './follow/context-csn.ts'
import type { IdAttribute } from './entries/entry-id.ts'
import { text, texts } from './entries/entry-values.ts'
import { readGeneralizedTime } from './entries/generalized-time.ts'
import { readOne } from './search/search.ts'

/**
 * What a server says of itself in its root DSE (RFC 4512, section 5.1). What one can do and does not say is not used: it may
 * answer with an error or, worse, differently.
 */
export type Capabilities = {
  /** Changes happen only if the entry is as it was read (RFC 4528). */
  assertion: boolean
  /** The answer to a change shows the entry after it (RFC 4527). */
  postRead: boolean
  paged: boolean
  /** It tells by itself what changed (RFC 4533). */
  syncrepl: boolean
  /** One small read tells whether anything changed at all. */
  contextCsn: boolean
}

/** What the adapter itself knows more. */
export type ServerFacts = Capabilities & { idAttribute: IdAttribute }

const pagedResults = '1.2.840.113556.1.4.319'
const syncRequest = '1.3.6.1.4.1.4203.1.9.1.1'

/** Asks for it anew. @throws {DirectoryFailure} */
export async function readCapabilities(
  config: DirectoryConfig,
  connection: Connection,
): Promise<ServerFacts> {
  const root = await readOne(connection, '', ['supportedControl', 'vendorName'])
  const controls = new Set(root ? texts(root, 'supportedControl') : [])
  return {
    assertion: controls.has(AssertionControl.type),
    postRead: controls.has(PostReadControl.type),
    paged: controls.has(pagedResults),
    syncrepl: controls.has(syncRequest),
    contextCsn: (await readContextCsns(config, connection)).length > 0,
    idAttribute: root && text(root, 'vendorName') === '389 Project' ? 'nsUniqueId' : 'entryUUID',
  }
}

/** The server's own clock, where its root DSE shows it (Active Directory, Samba); else null. */
export async function readClock(connection: Connection): Promise<Date | null> {
  const root = await readOne(connection, '', ['currentTime'])
  const said = root && text(root, 'currentTime')
  return readGeneralizedTime(said ?? '')
}
