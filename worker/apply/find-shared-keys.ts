import { keysOf, type Person } from '../../domain/rules/plan-modify.ts'
import { findSharers, type SharedKey, sharersAtMost } from '../../domain/store/apply/find-sharers.ts'
import type { WorkerContext } from '../context.ts'

type Looking = Pick<WorkerContext, 'db' | 'directory'>
type Someone = { memberId: string; person: Person }

/**
 * The keys of these members that are somebody else's too, by member: an entry's DN never is. Of the others the mirror may be behind: who has
 * another one by now, or is gone, shares it no more as soon as the directory says so.
 */
export async function findSharedKeys(
  looking: Looking,
  people: readonly Someone[],
): Promise<Map<string, ReadonlySet<string>>> {
  const { listClass, keyOf, findPeople } = looking.directory
  if (listClass !== 'posixGroup' && listClass !== 'nisMailAlias') return new Map()
  // Whoever has the user name of somebody who is gone is their namesake.
  const named = listClass === 'posixGroup' ? people.filter((one) => !isGone(one)) : people
  const found = await sharersOf(looking, named)
  const others = await findPeople([...new Set(found.flatMap((shared) => shared.others))])
  const keysNow = new Map(others.map((other) => [other.entryUuid, keysOf(other, listClass, keyOf)]))
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

/** Those of these members who are gone, and by whose name lists know somebody else by now. Of addresses `findSharedKeys` says so. */
export async function findNamesakes(looking: Looking, people: readonly Someone[]): Promise<Set<string>> {
  if (looking.directory.listClass === 'nisMailAlias') return new Set()
  const found = await sharersOf(looking, people.filter(isGone))
  return new Set(found.map(({ memberId }) => memberId))
}

const isGone = ({ person }: Someone): boolean => person.dn === null

const sharersOf = (
  { db, directory: { listClass, keyOf } }: Looking,
  people: readonly Someone[],
): Promise<SharedKey[]> =>
  findSharers(
    db,
    listClass,
    people.map(({ memberId, person }) => ({ memberId, keys: keysOf(person, listClass, keyOf) })),
  )
