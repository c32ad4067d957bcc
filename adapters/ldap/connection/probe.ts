import type { DirectoryConfig } from './connect-options.ts'
import { discard, open } from './connection.ts'
import { asFailure } from '../failure.ts'

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
