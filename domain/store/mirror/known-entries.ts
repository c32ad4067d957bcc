import type { EntryVersion, FeedBase } from '../../contracts/feed.ts'
import { type Database, rows } from '../database.ts'

export type KnownPerson = { version: string; present: boolean }
export type KnownList = { id: string; version: string | null; gone: boolean; leased: boolean }

type Row<Known> = Known & { entryUuid: string }

/** What the mirror knows of these people, by entryUUID. */
export async function readKnownPeople(
  db: Database,
  entryUuids: readonly string[],
): Promise<Map<string, KnownPerson>> {
  return byEntryUuid(
    await rows<Row<KnownPerson>>(
      db,
      `select entry_uuid, version, state = 'present' as present from member where entry_uuid = any(:entryUuids)`,
      { entryUuids },
    ),
  )
}

/** Neither is in any version or entryUUID. */
const betweenPeople = '\u001e'
const beforeId = '\u001f'

/**
 * Tells of DNs whether the mirror has anybody right below the same entry. By the first comma, also where that is part of a name: both sides
 * are cut alike.
 */
export async function readBranches(db: Database): Promise<(dn: string) => boolean> {
  const found = await rows<{ branch: string }>(
    db,
    `select distinct substr(dn, strpos(dn, ',') + 1) as branch from member where state = 'present'`,
  )
  const branches = new Set(found.map(({ branch }) => branch))
  let last: string | null = null
  return (dn) => {
    const at = dn.indexOf(',') + 1
    // Most are where the one before them is: to compare is quicker than to look up.
    if (last !== null && dn.length - at === last.length && dn.endsWith(last)) return true
    const branch = dn.slice(at)
    if (!branches.has(branch)) return false
    last = branch
    return true
  }
}

/**
 * The version of everybody that the mirror has, by entryUUID; null for who is gone. Sixteen texts of many people each: a row for every one
 * costs more than comparing them.
 */
export async function readVersionsOfPeople(db: Database): Promise<Map<string, string | null>> {
  const found = await rows<{ people: string }>(
    db,
    `select string_agg(case state when 'present' then '+' || version else '-' end || '${beforeId}' || entry_uuid, '${betweenPeople}') as people
     from member group by hashtext(entry_uuid) & 15`,
  )
  const versions = new Map<string, string | null>()
  for (const { people } of found)
    for (const person of people.split(betweenPeople)) {
      const endOfVersion = person.indexOf(beforeId)
      const version = person.startsWith('+') ? person.slice(1, endOfVersion) : null
      versions.set(person.slice(endOfVersion + 1), version)
    }
  return versions
}

/** What the mirror knows of these lists, by entryUUID; without ids, of all. */
export async function readKnownLists(
  db: Database,
  entryUuids: readonly string[] | null = null,
): Promise<Map<string, KnownList>> {
  const knownLists = `select id, entry_uuid, version, state = 'gone' as gone, coalesce(lease_until > now(), false) as leased from list`
  return byEntryUuid(
    entryUuids === null
      ? await rows<Row<KnownList>>(db, `${knownLists} where entry_uuid is not null`)
      : await rows<Row<KnownList>>(db, `${knownLists} where entry_uuid = any(:entryUuids)`, { entryUuids }),
  )
}

const byEntryUuid = <Known>(found: readonly Row<Known>[]): Map<string, Known> =>
  new Map(found.map((row) => [row.entryUuid, row]))

/** The lists that the mirror has these people on, by entryUUID. */
export async function readListsOfPeople(db: Database, peopleUuids: readonly string[]): Promise<string[]> {
  const found = await rows<{ entryUuid: string }>(
    db,
    `select distinct l.entry_uuid from member m join membership s on s.member_id = m.id join list l on l.id = s.list_id
     where m.entry_uuid = any(:peopleUuids) and l.entry_uuid is not null`,
    { peopleUuids },
  )
  return found.map((row) => row.entryUuid)
}

/** Everybody, or all lists, that the mirror shows as being there, by entryUUID. */
export async function readPresentIds(db: Database, base: FeedBase): Promise<string[]> {
  const found = await rows<{ entryUuid: string }>(
    db,
    base === 'people'
      ? `select entry_uuid from member where state = 'present'`
      : `select entry_uuid from list where state <> 'gone' and entry_uuid is not null`,
  )
  return found.map((row) => row.entryUuid)
}

/** Which of these people the mirror has on one of these lists, by entryUUID. */
export async function readPeopleOnLists(
  db: Database,
  { people, lists }: { people: readonly string[]; lists: readonly string[] },
): Promise<string[]> {
  const found = await rows<{ entryUuid: string }>(
    db,
    `select distinct m.entry_uuid from member m join membership s on s.member_id = m.id join list l on l.id = s.list_id
     where m.entry_uuid = any(:people) and l.entry_uuid = any(:lists)`,
    { people, lists },
  )
  return found.map((row) => row.entryUuid)
}

/** The greatest version of anybody, or of any list, that the mirror has; null where it has none. */
export async function newestVersion(db: Database, base: FeedBase): Promise<string | null> {
  const [found] = await rows<{ version: string | null }>(
    db,
    base === 'people'
      ? 'select max(version) as version from member'
      : 'select max(version) as version from list',
  )
  return found?.version ?? null
}

/** Those of them that the mirror shows as being there and that have the greatest versions, the greatest first. */
export async function newestEntries(db: Database, base: FeedBase, atMost: number): Promise<EntryVersion[]> {
  return rows(
    db,
    base === 'people'
      ? `select entry_uuid, version from member where state = 'present' order by version desc limit :atMost`
      : `select entry_uuid, version from list
         where state <> 'gone' and entry_uuid is not null and version is not null order by version desc limit :atMost`,
    { atMost },
  )
}

/** How many people or lists the mirror has; counted up to `atMost`. */
export async function countPresent(db: Database, base: FeedBase, atMost: number): Promise<number> {
  const [found] = await rows<{ count: number }>(
    db,
    base === 'people'
      ? `select count(*)::integer as count from (select 1 from member where state = 'present' limit :atMost) as counted`
      : `select count(*)::integer as count from (
           select 1 from list where state <> 'gone' and entry_uuid is not null limit :atMost) as counted`,
    { atMost },
  )
  return found?.count ?? 0
}
