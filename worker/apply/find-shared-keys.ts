import { keysOf, type Person } from '../../domain/rules/plan-modify.ts'
import { findSharers, sharersAtMost } from '../../domain/store/apply/find-sharers.ts'
import type { WorkerContext } from '../context.ts'

/**
 * The keys of these members that are somebody else's too, by member. Of the others the mirror may be behind: who has another one by now, or is
 * gone, shares it no more as soon as the directory says so.
 */
export async function findSharedKeys(
  { db, directory }: Pick<WorkerContext, 'db' | 'directory'>,
  people: readonly { memberId: string; person: Person }[],
): Promise<Map<string, ReadonlySet<string>>> {
  const { listClass, keyOf } = directory
  const keysOfPerson = (person: Person) => keysOf(person, listClass, keyOf)
  const found = await findSharers(
    db,
    listClass,
    people.map(({ memberId, person }) => ({ memberId, keys: keysOfPerson(person) })),
  )
  const others = await directory.findPeople([...new Set(found.flatMap((shared) => shared.others))])
  const keysNow = new Map(others.map((other) => [other.entryUuid, keysOfPerson(other)]))
  const shared = found.filter(
    (one) =>
      one.others.length === sharersAtMost || one.others.some((id) => keysNow.get(id)?.includes(one.key)),
  )
  return new Map(
    [...Map.groupBy(shared, ({ memberId }) => memberId)].map(([memberId, ofMember]) => [
      memberId,
      new Set(ofMember.map(({ key }) => key)),
    ]),
  )
}
