import { rows, type Transaction } from '../database.ts'
import { hashOf } from '../../rules/secret-hash.ts'
import { type Origin, writeAudit } from '../audit/write-audit.ts'

type Try = { attemptId: string; browserSecret: string } & Origin

/**
 * Binds an attempt to the browser that sends its form first, and records that somebody tries to sign in.
 * @returns false when another browser was there before.
 */
export async function bindBrowser(
  tx: Transaction,
  { attemptId, browserSecret, ...origin }: Try,
): Promise<boolean> {
  const [bound] = await rows(
    tx,
    `update link_attempt set browser_hash = :browserHash
     where id = :attemptId and (browser_hash is null or browser_hash = :browserHash) returning id`,
    { attemptId, browserHash: hashOf(browserSecret) },
  )
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: null,
      event: 'link.sign_in_tried',
      subjectKind: 'link_attempt',
      subjectId: attemptId,
      via: 'web',
      outcome: bound ? 'accepted' : 'other_browser',
      ...origin,
    },
  ])
  return bound !== undefined
}
