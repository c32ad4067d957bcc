import { IncompleteRead } from '../../adapters/ldap/failure.ts'
import type { FeedBase } from '../../domain/contracts/feed.ts'
import { countPresent } from '../../domain/store/mirror/known-entries.ts'
import type { SyncContext } from '../context.ts'

const empty: Readonly<Record<FeedBase, string>> = {
  people: 'the people’s base is empty, although people were there before',
  lists: 'the lists’ base is empty, although lists were there before',
}
const few = 3

/**
 * What looks as if nobody were left is no deletion of everybody: a right was lost, or a base moved. `gone` are all that a look found
 * missing, but for those of `before`, which are marked already.
 * @throws {IncompleteRead}
 */
export async function refuseEmptiness(
  { db }: SyncContext,
  base: FeedBase,
  gone: number,
  before = 0,
): Promise<void> {
  const there = await countPresent(db, base, gone + 1)
  if (before + gone >= few && gone >= there) throw emptyBase(base)
}

/** Nothing was read where something was known. */
export const emptyBase = (base: FeedBase): IncompleteRead => new IncompleteRead(empty[base])
