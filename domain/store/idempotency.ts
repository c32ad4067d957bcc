import { Refusal } from '../contracts/refusal.ts'
import { type Database, rows, type Transaction } from './database.ts'

/** What a write was answered with. */
export type Answer = { status: number; location: string | null; body: unknown }

export type OnceKey = {
  /** Who asked for what: the same key of somebody else, or at another path, is another key. */
  scope: string
  key: string
  bodyHash: Buffer
}

/**
 * Runs a write in one transaction with the record of its Idempotency-Key; the same key again gives the kept answer
 * instead (24 hours). A concurrent twin waits at the record until the first has committed or rolled back. What
 * throws is not kept; a Refusal that is given back, not thrown, is not kept either, but what was written stays, and
 * it is thrown after the commit.
 * @throws {Refusal} CONFLICT (IDEMPOTENCY_KEY_REUSED) when the key came with another body before.
 */
export async function answerOnce(
  db: Database,
  once: OnceKey | null,
  write: (tx: Transaction) => Promise<Answer | Refusal>,
): Promise<Answer & { replayed: boolean }> {
  const outcome = await db.transaction(async (tx) => {
    if (once === null) return write(tx)
    const kept = await claim(tx, once)
    if (kept) return { ...kept, replayed: true }
    const answer = await write(tx)
    await (answer instanceof Refusal ? forget(tx, once) : keep(tx, once, answer))
    return answer
  })
  if (outcome instanceof Refusal) throw outcome
  return { replayed: false, ...outcome }
}

/** Takes the key for this transaction, or gives the answer that was kept for it. */
async function claim(tx: Transaction, once: OnceKey): Promise<Answer | null> {
  const [claimed] = await rows(
    tx,
    `insert into idempotency_record as kept (scope, key, body_hash) values (:scope, :key, :bodyHash)
     on conflict (scope, key) do update
       set body_hash = excluded.body_hash, status = null, location = null, body = null, created_at = now()
       where kept.created_at < now() - interval '24 hours'
     returning key`,
    once,
  )
  if (claimed) return null
  const [kept] = await rows<Answer & { bodyHash: Buffer }>(
    tx,
    'select body_hash, status, location, body from idempotency_record where scope = :scope and key = :key',
    once,
  )
  if (!kept) throw new Error('the record of an Idempotency-Key vanished while it was read')
  if (!kept.bodyHash.equals(once.bodyHash))
    throw new Refusal('CONFLICT', 'This Idempotency-Key was used for another request before.', {
      reason: 'IDEMPOTENCY_KEY_REUSED',
    })
  return { status: kept.status, location: kept.location, body: kept.body }
}

async function keep(tx: Transaction, once: OnceKey, answer: Answer): Promise<void> {
  await rows(
    tx,
    `update idempotency_record set status = :status, location = :location, body = :body
     where scope = :scope and key = :key`,
    { ...once, status: answer.status, location: answer.location, body: JSON.stringify(answer.body ?? null) },
  )
}

async function forget(tx: Transaction, once: OnceKey): Promise<void> {
  await rows(tx, 'delete from idempotency_record where scope = :scope and key = :key', once)
}
