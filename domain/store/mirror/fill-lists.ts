import type { ListClass, MemberValues } from '../../contracts/directory.ts'
import { keepMembers } from './keep-members.ts'
import { rows, type Transaction } from '../database.ts'

/** In hardly any key, although a DN may have it: one that does is left to the next full read, which finds it missing. */
const betweenKeys = '\u001e'

/** Who has a key. */
const holders: Readonly<Record<ListClass, string>> = {
  groupOfUniqueNames: 'm.dn_key = k.key',
  groupOfNames: 'm.dn_key = k.key',
  posixGroup: 'lower(m.uid) = lower(k.key) and m.uid = k.key',
  nisMailAlias: 'm.mail_keys @> array[k.key]',
}

/** Of so many values Postgres reads all members once; of fewer it looks each up. */
const manyValues = 10_000

// Postgres would read all of them for a few values, too: `offset 0` keeps it from turning what looks each up into a join.
const fill = (listClass: ListClass, { one }: { one: '' | 'offset 0' }) => `
  insert into membership (list_id, member_id)
  select x.list_id, held.id
  from unnest(:lists::uuid[], :keys::text[]) as x (list_id, keys)
  cross join lateral string_to_table(x.keys, '${betweenKeys}') as k (key)
  cross join lateral (select m.id from member m where ${holders[listClass]} and m.state = 'present' ${one}) as held`

function statement(listClass: ListClass, values: number): string {
  // Several addresses of a list may be one person's, and no join finds an address in an array.
  if (listClass === 'nisMailAlias') return `${fill(listClass, { one: 'offset 0' })} on conflict do nothing`
  return fill(listClass, { one: values < manyValues ? 'offset 0' : '' })
}

/** Writes who is on lists that have just been added, and have nobody yet. Values that belong to no known person are nobody's membership. */
export async function fillLists(
  tx: Transaction,
  lists: readonly { id: string; members: MemberValues }[],
  { listClass, placeholderKey }: { listClass: ListClass; placeholderKey: string },
): Promise<void> {
  if (lists.length === 0) return
  await keepMembers(tx)
  const keysOf = (members: MemberValues) =>
    [...members.keys()]
      .filter((key) => key !== placeholderKey && !key.includes(betweenKeys))
      .join(betweenKeys)
  const values = lists.reduce((sum, { members }) => sum + members.size, 0)
  await rows(tx, statement(listClass, values), {
    lists: lists.map(({ id }) => id),
    keys: lists.map(({ members }) => keysOf(members)),
  })
}
