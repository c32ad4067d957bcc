import type { DirectoryConfig } from './connect-options.ts'
import { discard, open } from './connection.ts'
import { asFailure, type DirectoryFailure } from '../failure.ts'

/** A connection of its own, a bind and a look at the lists' base. @throws {DirectoryFailure} with what stands in the way. */
export async function probe(config: DirectoryConfig): Promise<void> {
  try {
    const client = await open(config)
    try {
      await client.search(config.listsBase, { scope: 'base', attributes: ['1.1'] })
    } finally {
      void discard(client)
    }
  } catch (error) {
    throw asFailure(error, false)
  }
}

/** Why the server does not take a bind of the account; null where it does, undefined where it gives no answer. Never rejects. */
export async function refusalOf(config: DirectoryConfig): Promise<DirectoryFailure | null | undefined> {
  try {
    void discard(await open(config))
    return null
  } catch (error) {
    const failure = asFailure(error, false)
    return failure.kind === 'pause' ? failure : undefined
  }
}
