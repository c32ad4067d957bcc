import { isCsn } from '../../domain/contracts/entry-version.ts'
import { type FeedBase, feedBases } from '../../domain/contracts/feed.ts'
import { newestEntries } from '../../domain/store/mirror/known-entries.ts'
import type { SyncContext } from '../context.ts'

/** So many of those that changed last are looked at: some of them may have been changed again since. */
const newest = 50

/**
 * Whether the directory was put back to an older state while nobody followed it: one of those that changed last, as the mirror has them, is
 * there and older. A feed does not tell: it names what changed after its cookie, as soon as anything did.
 */
export async function wentBack(context: SyncContext): Promise<boolean> {
  const { db, directory } = context
  for (const base of feedBases) {
    const known = (await newestEntries(db, base, newest)).filter(({ version }) => isCsn(version))
    const oldest = known.at(-1)
    if (oldest === undefined) continue
    const shown = await directory.changedSince(base, { csn: oldest.version })
    const versions = new Map(shown.map(({ entryUuid, version }) => [entryUuid, version]))
    const behind = known.filter(({ entryUuid, version }) => (versions.get(entryUuid) ?? '') < version)
    for (const { entryUuid } of behind) if (await isThere(context, base, entryUuid)) return true
  }
  return false
}

/** Who is gone was deleted: of that the feed tells. */
async function isThere({ directory }: SyncContext, base: FeedBase, entryUuid: string): Promise<boolean> {
  if (base === 'lists') return (await directory.findList(entryUuid)) !== null
  return (await directory.findPeople([entryUuid])).length > 0
}
