import type { DirectoryConfig } from './connect-options.ts'
import { type ServerFacts, readCapabilities } from '../capabilities.ts'
import { type Connection, createConnection } from './connection.ts'

/** What every operation on the directory needs: whom to speak with, and what they can do. */
export type Session = {
  config: DirectoryConfig
  connection: Connection
  /** Asked once a connection: another server may answer after a break. @throws {DirectoryFailure} */
  capabilities: () => Promise<ServerFacts>
}

/** Nothing connects before the first operation. */
export function openSession(config: DirectoryConfig): Session {
  let known: Promise<ServerFacts> | null = null
  const connection = createConnection(config, () => {
    known = null
  })
  const capabilities = async (): Promise<ServerFacts> => {
    const asked = (known ??= readCapabilities(config, connection))
    try {
      return await asked
    } catch (error) {
      if (known === asked) known = null
      throw error
    }
  }
  return { config, connection, capabilities }
}
