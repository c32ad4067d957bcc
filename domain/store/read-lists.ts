import type { JoinPolicy, List, ListState } from '../contracts/list.ts'
import { type DatabaseOrTransaction, rows } from './database.ts'
import { memberCountOf, ownersOf } from './list-owners.ts'
import { isOwner } from './owns.ts'
import { mirrorMissing } from './request-changes.ts'

/** `mayManage`: whether the credential that they came with carries an owner's rights at all. */
type Viewer = { memberId: string; isAdmin: boolean; mayManage: boolean }

type Row = {
  mirrorRead: boolean
  name: string | null
  displayName: string
  description: string
  joinPolicy: JoinPolicy
  state: ListState
  memberCount: number | null
  owners: string[] | null
}

/** How many members a list has, and who owns it, is told to its owners and to admins only, so it is looked up for them only. */
const listsOf = (where: string, tail: string) => `
  select mirror.read as mirror_read, page.*
  from (select exists (select 1 from sync_run where state = 'done' and not dry_run) as read) as mirror
  left join (
    select l.name, l.display_name, l.description, l.join_policy, l.state,
      case when insider.yes then ${memberCountOf} end as member_count,
      case when insider.yes then ${ownersOf} end as owners
    from list l
    cross join lateral (
      select :isAdmin or (:mayManage and exists (
        select 1 from member m where m.id = :memberId and m.state = 'present' and ${isOwner})) as yes
    ) as insider
    where l.state <> 'gone' and l.managed
      and (not l.hidden or :isAdmin
        or exists (select 1 from membership s where s.list_id = l.id and s.member_id = :memberId))
      and ${where}
    order by lower(l.name)
    ${tail}) as page on true
  order by lower(page.name)`

/**
 * A page of the lists that this member may see, by name; `after` is the name that the page before ended with.
 * Hidden lists are seen by admins and by those who are on them.
 * @throws {Refusal} UNAVAILABLE before the directory was read for the first time.
 */
export async function readLists(
  db: DatabaseOrTransaction,
  viewer: Viewer,
  page: { limit: number; after: string | null; q: string },
): Promise<{ items: List[]; next: string | null }> {
  const found = await rows<Row>(
    db,
    listsOf(
      `(:after::text is null or lower(l.name) > lower(:after))
       and (:q = '' or position(lower(:q) in lower(l.name || ' ' || l.display_name || ' ' || l.description)) > 0)`,
      'limit :limit + 1',
    ),
    { ...viewer, ...page },
  )
  const lists = asLists(found)
  const items = lists.slice(0, page.limit)
  return { items, next: lists.length > page.limit ? (items.at(-1)?.name ?? null) : null }
}

/** The list of this name, whatever its case, if this member may see it. */
export async function readList(
  db: DatabaseOrTransaction,
  viewer: Viewer,
  name: string,
): Promise<List | null> {
  const found = await rows<Row>(db, listsOf('lower(l.name) = lower(:name)', ''), { ...viewer, name })
  return asLists(found)[0] ?? null
}

function asLists(found: Row[]): List[] {
  if (found[0]?.mirrorRead !== true) throw mirrorMissing()
  const lists: List[] = []
  for (const row of found) {
    if (row.name === null) continue
    lists.push({
      name: row.name,
      displayName: row.displayName,
      description: row.description,
      join: row.joinPolicy,
      source: 'ldap',
      state: row.state,
      ...(row.memberCount === null ? {} : { memberCount: row.memberCount }),
      ...(row.owners === null ? {} : { owners: row.owners }),
    })
  }
  return lists
}
