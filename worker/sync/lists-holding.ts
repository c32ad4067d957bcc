import type { PersonEntry } from '../../domain/contracts/directory.ts'
import { keysOf } from '../../domain/rules/plan-modify.ts'
import { readListsOfPeople } from '../../domain/store/mirror/known-entries.ts'
import type { SyncContext } from '../context.ts'

/** With more people than this, looking at every list costs less than asking which hold them. */
const peopleAtMost = 500

/** The lists that hold these people, and those that held them under another name, by entryUUID. */
export async function listsHolding(
  { db, directory }: SyncContext,
  people: readonly PersonEntry[],
): Promise<'all' | ReadonlySet<string>> {
  if (people.length === 0) return new Set()
  if (people.length > peopleAtMost) return 'all'
  const values = people.flatMap((person) =>
    directory.listClass === 'posixGroup' || directory.listClass === 'nisMailAlias'
      ? keysOf(person, directory.listClass, directory.keyOf)
      : [person.dn],
  )
  const had = await readListsOfPeople(
    db,
    people.map((person) => person.entryUuid),
  )
  return new Set([...had, ...(await directory.findListsHolding(values))])
}
