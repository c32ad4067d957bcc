import { Refusal } from '../domain/contracts/refusal.ts'
import { recordRefusedLogin } from '../domain/store/sessions/record-refused-login.ts'
import type { Context } from './context.ts'

type Untried = Omit<Parameters<typeof recordRefusedLogin>[1], 'outcome'> & {
  outcome: 'limited' | 'directory_away'
  /** What had been counted too often, or who came while the directory was away. */
  key: string
}

/**
 * Records a login that failed by a limit or because the directory gave no answer: once in a quarter of an hour for its key, or
 * whoever goes on would fill the audit, which is kept for good.
 */
export async function recordUntriedLogin(
  { db, limits }: Context,
  { key, ...refused }: Untried,
): Promise<void> {
  try {
    await limits.untriedEntries.consume(`${refused.outcome} ${key}`)
  } catch (cause) {
    if (cause instanceof Refusal && cause.code === 'TOO_MANY_REQUESTS') return
    throw cause
  }
  await recordRefusedLogin(db, refused)
}
