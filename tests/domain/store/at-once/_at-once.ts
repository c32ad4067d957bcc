import { type Database, rows } from '../../../../domain/store/database.ts'
import { somebodyWaits } from '../../../_support/world.ts'

/**
 * Does both, one after the other, while somebody else has what is in the middle for a moment. Gives what became of each. `passesOver`: the
 * other one takes what is free and does not wait.
 */
export async function atOnce(
  db: Database,
  inTheMiddle: string,
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
  { passesOver = false }: { passesOver?: boolean } = {},
): Promise<string[]> {
  const somebody = await db.transaction()
  await rows(somebody, inTheMiddle)
  const first = one()
  first.catch(() => undefined)
  await somebodyWaits({ db })
  const second = other()
  second.catch(() => undefined)
  if (passesOver) await second.catch(() => undefined)
  else await somebodyWaits({ db }, 2)
  await somebody.commit()
  const both = await Promise.allSettled([first, second])
  return both.map((end) => (end.status === 'rejected' ? String(end.reason) : 'done'))
}
