import { rows, type Transaction } from './database.ts'
import { hashOf } from './link-secrets.ts'

/**
 * Binds an attempt to the browser that sends its form first.
 * @returns false when another browser was there before.
 */
export async function bindBrowser(
  tx: Transaction,
  { attemptId, browserSecret }: { attemptId: string; browserSecret: string },
): Promise<boolean> {
  const [bound] = await rows(
    tx,
    `update link_attempt set browser_hash = :browserHash
     where id = :attemptId and (browser_hash is null or browser_hash = :browserHash) returning id`,
    { attemptId, browserHash: hashOf(browserSecret) },
  )
  return bound !== undefined
}
