import type { DirectoryConfig } from '../connection/connect-options.ts'
import { discard, open } from '../connection/connection.ts'
import { asFailure } from '../failure.ts'
import { resultCode } from '../result-codes.ts'

/**
 * Whether this account may make entries below `base`: one is made, and taken back at once. Null when the server refused it for
 * another reason than rights, so that nothing is known.
 * @throws {DirectoryFailure} when the entry was made and can't be taken back, or there is no connection.
 */
export async function tryToAdd(config: DirectoryConfig, base: string, name: string): Promise<boolean | null> {
  const client = await open(config)
  try {
    const dn = `cn=${name},${base}`
    try {
      await client.add(dn, { objectClass: ['organizationalRole'], cn: [name] })
    } catch (error) {
      const { code } = asFailure(error, true)
      // By the second, some servers hide what one may not see.
      return code === resultCode.insufficientAccessRights || code === resultCode.noSuchObject ? false : null
    }
    await client.del(dn).catch((error: unknown) => {
      throw asFailure(error, true)
    })
    return true
  } finally {
    void discard(client)
  }
}
