import type { ListClass, MemberValues } from '../contracts/directory.ts'
import { rows, type Transaction } from './database.ts'

/** In hardly any key, although a DN may have it: one that does is left to the next full read, which finds it missing. */
const betweenKeys = '\u001e'

/** Who has a key; their row is locked for each: somebody who is deleted this very moment gets no membership. */
const holders: Readonly<Record<ListClass, string>> = {
  groupOfUniqueNames: 'm.dn_key = k.key',
  groupOfNames: 'm.dn_key = k.key',
  posixGroup: 'm.uid = k.key',
  nisMailAlias: 'm.mail_keys @> array[k.key]',
}

// The members looked up key by key: left to itself, Postgres may read all of them for every batch.
const fill = (listClass: ListClass) => `
  insert into membership (list_id, member_id)
  select x.list_id, held.id
  from unnest(:lists::uuid[], :keys::text[]) as x (list_id, keys)
  cross join lateral string_to_table(x.keys, '${betweenKeys}') as k (key)
  cross join lateral (select m.id from member m where ${holders[listClass]} and m.state = 'present' for key share) as held`

const statements: Readonly<Record<ListClass, string>> = {
  groupOfUniqueNames: fill('groupOfUniqueNames'),
  groupOfNames: fill('groupOfNames'),
  posixGroup: fill('posixGroup'),
  // Several addresses of a list may be one person's.
  nisMailAlias: `${fill('nisMailAlias')} on conflict do nothing`,
}

/** Writes who is on lists that have just been added, and have nobody yet. Values that belong to no known person are nobody's membership. */
export async function fillLists(
  tx: Transaction,
  lists: readonly { id: string; members: MemberValues }[],
  { listClass, placeholderKey }: { listClass: ListClass; placeholderKey: string },
): Promise<void> {
  if (lists.length === 0) return
  const keysOf = (members: MemberValues) =>
    [...members.keys()]
      .filter((key) => key !== placeholderKey && !key.includes(betweenKeys))
      .join(betweenKeys)
  await rows(tx, statements[listClass], {
    lists: lists.map(({ id }) => id),
    keys: lists.map(({ members }) => keysOf(members)),
  })
}
