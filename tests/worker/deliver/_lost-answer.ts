import type { Database } from '../../../domain/store/database.ts'

/** What the first record of outcomes committed, nobody hears. */
export function losingOneAnswer(db: Database): Database {
  let isLost = false
  const transaction = async (work: Parameters<Database['transaction']>[0]) => {
    const answer: unknown = await db.transaction(work)
    if (isLost || typeof answer !== 'object' || answer === null || !('lost' in answer)) return answer
    isLost = true
    throw new Error('Connection terminated unexpectedly')
  }
  return new Proxy(db, {
    get: (target, key): unknown => (key === 'transaction' ? transaction : Reflect.get(target, key)),
  })
}
