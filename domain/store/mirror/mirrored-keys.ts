import type { ListClass } from '../../contracts/directory.ts'
import { type Database, rows } from '../database.ts'

/**
 * One text for a list costs far less than a row for each of its members. Hardly any key has one of these, although a DN may: its parts
 * are then nobody's on the list, which is looked at again for that each time.
 */
const betweenMembers = '\u001e'
const betweenKeys = '\u001f'

/** The keys by which lists of each class name a member. */
const keysText: Readonly<Record<ListClass, string>> = {
  groupOfUniqueNames: 'm.dn_key',
  groupOfNames: 'm.dn_key',
  posixGroup: 'm.uid',
  nisMailAlias: `array_to_string(m.mail_keys, '${betweenKeys}')`,
}

// A member looked up for each membership: for a join, Postgres reads everybody there is, for every few lists anew.
const keysOfLists = (listClass: ListClass) => `
  select s.list_id, string_agg(
    (select ${keysText[listClass]} from member m where m.id = s.member_id and m.state = 'present'), '${betweenMembers}') as keys
  from membership s where s.list_id = any(:listIds::uuid[]) group by s.list_id`

const statements: Readonly<Record<ListClass, string>> = {
  groupOfUniqueNames: keysOfLists('groupOfUniqueNames'),
  groupOfNames: keysOfLists('groupOfNames'),
  posixGroup: keysOfLists('posixGroup'),
  nisMailAlias: keysOfLists('nisMailAlias'),
}

/** Who is on these lists in the mirror: for each list the keys of each member who is in the directory. */
export async function readKeysOfLists(
  db: Database,
  listClass: ListClass,
  listIds: readonly string[],
): Promise<Map<string, string[][]>> {
  const found = await rows<{ listId: string; keys: string | null }>(db, statements[listClass], { listIds })
  return new Map(
    found.map(({ listId, keys }) => [
      listId,
      // Null where all of them are gone.
      keys?.split(betweenMembers).map((ofMember) => ofMember.split(betweenKeys)) ?? [],
    ]),
  )
}

const known: Readonly<Record<ListClass, string>> = {
  groupOfUniqueNames: `select dn_key as key from member where state = 'present' and dn_key = any(:keys)`,
  groupOfNames: `select dn_key as key from member where state = 'present' and dn_key = any(:keys)`,
  posixGroup: `
    select uid as key from member
    where state = 'present' and lower(uid) = any(array(select lower(k) from unnest(:keys::text[]) as k)) and uid = any(:keys)`,
  nisMailAlias: `select key from member, unnest(mail_keys) as key
    where state = 'present' and mail_keys && :keys::text[] and key = any(:keys::text[])`,
}

/** Those of the keys by which somebody in the directory is known. */
export async function readKnownKeys(
  db: Database,
  listClass: ListClass,
  keys: readonly string[],
): Promise<string[]> {
  if (keys.length === 0) return []
  const found = await rows<{ key: string }>(db, known[listClass], { keys })
  return found.map(({ key }) => key)
}
