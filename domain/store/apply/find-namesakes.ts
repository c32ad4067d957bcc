import type { ListClass } from '../../contracts/directory.ts'
import { type Database, rows } from '../database.ts'

const isSame: Readonly<Record<ListClass, string>> = {
  groupOfUniqueNames: 'o.dn_key = a.dn_key',
  groupOfNames: 'o.dn_key = a.dn_key',
  posixGroup: 'lower(o.uid) = lower(a.uid) and o.uid = a.uid',
  // Told apart by their addresses: see `findSharers`.
  nisMailAlias: 'false',
}

/** Those of these members, who are gone, by whose name lists know somebody else by now. */
export async function findNamesakes(
  db: Database,
  listClass: ListClass,
  gone: readonly { memberId: string; dnKey: string; uid: string }[],
): Promise<Set<string>> {
  if (gone.length === 0) return new Set()
  const found = await rows<{ id: string }>(
    db,
    `select a.id from unnest(:ids::uuid[], :dnKeys::text[], :uids::text[]) as a (id, dn_key, uid)
     where exists (select 1 from member o where o.id <> a.id and o.state = 'present' and ${isSame[listClass]})`,
    {
      ids: gone.map(({ memberId }) => memberId),
      dnKeys: gone.map(({ dnKey }) => dnKey),
      uids: gone.map(({ uid }) => uid),
    },
  )
  return new Set(found.map((row) => row.id))
}
