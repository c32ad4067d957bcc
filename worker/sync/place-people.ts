import type { PersonEntry } from '../../domain/contracts/directory.ts'
import { keysOf } from '../../domain/rules/plan-modify.ts'
import { readKnownLists, readPeopleOnLists } from '../../domain/store/mirror/known-entries.ts'
import { markPlaced, readUnplaced } from '../../domain/store/mirror/mirror-people.ts'
import type { SyncContext } from '../context.ts'
import { listsHolding } from './lists-holding.ts'
import { takeInLists, type TakenIn } from './take-in-lists.ts'

/** People who are not placed yet, and the lists that have to be looked at for that. */
export type Placing = { people: readonly PersonEntry[]; lists: ReadonlySet<string> }

/** Who is new in the mirror, or has another name in lists now; null when everybody is placed. */
export async function readPlacing(context: SyncContext): Promise<Placing | null> {
  const people = await readUnplaced(context.db)
  if (people.length === 0) return null
  const holding = await listsHolding(context, people)
  return {
    people,
    lists: holding === 'all' ? new Set((await readKnownLists(context.db)).keys()) : holding,
  }
}

/**
 * Looks again at the lists that hold these people. Whoever is on a list that had to be left alone is looked for again there, and only
 * there: `left`.
 */
export async function placePeople(
  context: SyncContext,
  { people, lists }: Placing,
  until?: AbortSignal,
): Promise<Pick<TakenIn, 'isToTell'> & { left: Placing | null }> {
  const done = await takeInLists(context, { changed: new Map(), missing: new Set(), again: lists }, until)
  const left = new Set(done.left)
  const waiting = left.size === 0 ? new Set<string>() : await onLists(context, people, left)
  await markPlaced(
    context.db,
    people.filter(({ entryUuid }) => !waiting.has(entryUuid)),
  )
  const still = people.filter(({ entryUuid }) => waiting.has(entryUuid))
  return { isToTell: done.isToTell, left: still.length === 0 ? null : { people: still, lists: left } }
}

/** Those of the people who are on one of these lists, in the directory or in the mirror. */
async function onLists(
  { db, directory }: SyncContext,
  people: readonly PersonEntry[],
  lists: ReadonlySet<string>,
): Promise<Set<string>> {
  const entryUuids = people.map(({ entryUuid }) => entryUuid)
  const on = new Set(await readPeopleOnLists(db, { people: entryUuids, lists: [...lists] }))
  for (const id of lists) {
    const read = await directory.findList(id)
    if (read === null) continue
    for (const person of people)
      if (keysOf(person, directory.listClass, directory.keyOf).some((key) => read.members.has(key)))
        on.add(person.entryUuid)
  }
  return on
}
