import type { ListClass, MemberValues } from '../../contracts/directory.ts'
import { rows, type Transaction } from '../database.ts'
import { keepMembers } from './keep-members.ts'

export type Pair = { listId: string; memberId: string }

/** Who came onto the lists, and who went. */
export type Moved = { joined: Pair[]; parted: Pair[] }

type Values = {
  listClass: ListClass
  /** The member that empty groups keep is nobody's membership, also where it is a person. */
  placeholderKey: string
}

/** How the values of a list find their members; the member's key columns are indexed for just this. */
const findByKeys: Readonly<Record<ListClass, string>> = {
  groupOfUniqueNames: "select id, dn_key as key from member where state = 'present' and dn_key = any(:keys)",
  groupOfNames: "select id, dn_key as key from member where state = 'present' and dn_key = any(:keys)",
  posixGroup: `
    select id, uid as key from member
    where state = 'present' and lower(uid) = any(array(select lower(k) from unnest(:keys::text[]) as k)) and uid = any(:keys)`,
  nisMailAlias: `
    select id, key from member, unnest(mail_keys) as key where state = 'present' and mail_keys && :keys::text[]`,
}

/**
 * Sets who is on the lists. Values that belong to no known person are nobody's membership. The difference is worked out here:
 * between tens of thousands of values and rows, Postgres may choose a plan that compares each with each.
 */
export async function writeMemberships(
  tx: Transaction,
  lists: readonly { id: string; members: MemberValues }[],
  values: Values,
): Promise<Moved> {
  if (lists.length === 0) return { joined: [], parted: [] }
  await keepMembers(tx)
  const wanted = await wantedPairs(tx, lists, values)
  const parted: Pair[] = []
  const held = await rows<Pair>(
    tx,
    'select list_id, member_id from membership where list_id = any(:ids::uuid[])',
    { ids: lists.map(({ id }) => id) },
  )
  for (const pair of held) if (!wanted.delete(pair.listId + pair.memberId)) parted.push(pair)
  const joined = [...wanted.values()]
  if (parted.length > 0)
    await rows(
      tx,
      `delete from membership s using unnest(:lists::uuid[], :members::uuid[]) as x (list_id, member_id)
       where s.member_id = x.member_id and s.list_id = x.list_id`,
      columnsOf(parted),
    )
  // Who writes memberships of a list holds its row, so none of these can be there by now.
  if (joined.length > 0)
    await rows(
      tx,
      `insert into membership (list_id, member_id)
       select list_id, member_id from unnest(:lists::uuid[], :members::uuid[]) as x (list_id, member_id)`,
      columnsOf(joined),
    )
  return { joined, parted }
}

/** Who is on which list by the values that were read, the placeholder left out. */
async function wantedPairs(
  tx: Transaction,
  lists: readonly { id: string; members: MemberValues }[],
  { listClass, placeholderKey }: Values,
): Promise<Map<string, Pair>> {
  const keys = new Set(lists.flatMap(({ members }) => [...members.keys()]))
  keys.delete(placeholderKey)
  const found = await rows<{ id: string; key: string }>(tx, findByKeys[listClass], { keys: [...keys] })
  const membersByKey = new Map<string, string[]>()
  for (const { id, key } of found) {
    const members = membersByKey.get(key)
    if (members) members.push(id)
    else if (keys.has(key)) membersByKey.set(key, [id])
  }
  const wanted = new Map<string, Pair>()
  for (const { id: listId, members } of lists)
    for (const key of members.keys())
      for (const memberId of membersByKey.get(key) ?? []) wanted.set(listId + memberId, { listId, memberId })
  return wanted
}

const columnsOf = (pairs: readonly Pair[]) => ({
  lists: pairs.map(({ listId }) => listId),
  members: pairs.map(({ memberId }) => memberId),
})
