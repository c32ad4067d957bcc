import type { ListRead } from '../../domain/contracts/directory.ts'
import type { KnownList } from '../../domain/store/mirror/known-entries.ts'
import { readKeysOfLists, readKnownKeys } from '../../domain/store/mirror/mirrored-keys.ts'
import type { SyncContext } from '../context.ts'

/**
 * Which of these lists, by entryUUID, the mirror shows with other members than they were read with. A suspicion only: whoever writes
 * looks again under the list's lock.
 */
export async function differingLists(
  { db, directory, placeholderDn }: SyncContext,
  reads: readonly ListRead[],
  known: ReadonlyMap<string, KnownList>,
): Promise<string[]> {
  if (reads.length === 0) return []
  const idOf = ({ list }: ListRead) => known.get(list.entryUuid)?.id ?? ''
  const mirrored = await readKeysOfLists(db, directory.listClass, reads.map(idOf))
  const placeholderKey = directory.keyOf(placeholderDn)
  const differing = new Set<string>()
  /** Values that nobody on the list in the mirror has: either nobody's at all, or somebody's who is missing there. */
  const loose = new Map<string, string[]>()
  for (const read of reads) {
    const { list, members } = read
    /** By the values that it has, and not by whom they belong to: a mail may be that of several. */
    const matched = new Set<string>()
    let extra = false
    const ofMirror = mirrored.get(idOf(read)) ?? []
    for (const keys of ofMirror) {
      let isThere = false
      for (const key of keys)
        if (key !== placeholderKey && members.has(key)) {
          isThere = true
          matched.add(key)
        }
      extra ||= !isThere
    }
    if (extra) differing.add(list.entryUuid)
    else if (matched.size < members.size - (members.has(placeholderKey) ? 1 : 0)) {
      const keysOfMirror = new Set(ofMirror.flat())
      for (const key of members.keys())
        if (key !== placeholderKey && !keysOfMirror.has(key)) {
          const holders = loose.get(key)
          if (holders) holders.push(list.entryUuid)
          else loose.set(key, [list.entryUuid])
        }
    }
  }
  for (const key of await readKnownKeys(db, directory.listClass, [...loose.keys()]))
    for (const entryUuid of loose.get(key) ?? []) differing.add(entryUuid)
  return [...differing]
}
