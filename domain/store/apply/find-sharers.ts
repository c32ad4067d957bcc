import type { ListClass } from '../../contracts/directory.ts'
import { type Database, rows } from '../database.ts'

/** Who else has a key (`a.key`) by which lists of a class know people. */
const isSame: Readonly<Record<ListClass, string>> = {
  groupOfUniqueNames: 'o.dn_key = a.key',
  groupOfNames: 'o.dn_key = a.key',
  posixGroup: 'lower(o.uid) = lower(a.key) and o.uid = a.key',
  nisMailAlias: 'o.mail_keys @> array[a.key]',
}

/** Who shares one with so many is not told apart from all of them in a moment. */
export const sharersAtMost = 10

/** A key of a member, and who else in the mirror has it, by entryUUID, `sharersAtMost` of them. */
export type SharedKey = { memberId: string; key: string; others: string[] }

/**
 * Of these keys, by which lists know these members, those that are somebody else's too. The keys are those of today, which the mirror may
 * not know yet. Each is looked up by itself and all who have it are gathered: for some of them, or for whether there is one, Postgres
 * would read the whole table, for addresses once for each key.
 */
export async function findSharers(
  db: Database,
  listClass: ListClass,
  people: readonly { memberId: string; keys: readonly string[] }[],
): Promise<SharedKey[]> {
  if (people.length === 0) return []
  const all = people.flatMap(({ memberId, keys }) => keys.map((key) => ({ memberId, key })))
  return rows<SharedKey>(
    db,
    `select a.member_id, a.key, other.ids[1:${sharersAtMost}] as others
     from unnest(:ids::uuid[], :keys::text[]) as a (member_id, key)
     cross join lateral (
       select array_agg(o.entry_uuid) as ids from member o where o.id <> a.member_id and o.state = 'present' and ${isSame[listClass]}) as other
     where other.ids is not null`,
    { ids: all.map(({ memberId }) => memberId), keys: all.map(({ key }) => key) },
  )
}
