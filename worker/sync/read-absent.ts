import type { FeedBase } from '../../domain/contracts/feed.ts'
import { readPresentIds } from '../../domain/store/mirror/known-entries.ts'
import type { SyncContext } from '../context.ts'
import { emptyBase } from './refuse-emptiness.ts'

/** Whom the mirror shows as being there, and who is not `present`, by entryUUID. @throws {IncompleteRead} when that is everybody. */
export async function readAbsent(
  { db }: Pick<SyncContext, 'db'>,
  base: FeedBase,
  present: ReadonlySet<string>,
): Promise<string[]> {
  const known = await readPresentIds(db, base)
  const absent = known.filter((id) => !present.has(id))
  if (present.size === 0 && absent.length > 0) throw emptyBase(base)
  return absent
}
