import type { DriftPolicy, JoinPolicy, ListState, ManagedList } from '../contracts/list.ts'
import { type DatabaseOrTransaction, rows } from './database.ts'
import { memberCountOf, ownersOf } from './list-owners.ts'
import { isOwner } from './owns.ts'
import { mirrorMissing } from './request-changes.ts'

type Manager = { memberId: string; isAdmin: boolean }

type Row = {
  mirrorRead: boolean
  name: string | null
  displayName: string
  description: string
  joinPolicy: JoinPolicy
  state: ListState
  memberCount: number
  owners: string[]
  hidden: boolean
  drift: DriftPolicy
}

const listsOf = (where: string, tail: string) => `
  select mirror.read as mirror_read, page.*
  from (select exists (select 1 from sync_run where state = 'done' and not dry_run) as read) as mirror
  left join (
    select l.name, l.display_name, l.description, l.join_policy, l.state, l.hidden, l.drift,
      ${memberCountOf} as member_count, ${ownersOf} as owners
    from list l
    where l.state <> 'gone' and l.managed
      and (:isAdmin or exists (
        select 1 from member m where m.id = :memberId and m.state = 'present' and ${isOwner}))
      and ${where}
    order by lower(l.name)
    ${tail}) as page on true
  order by lower(page.name)`

const pageOfLists = listsOf(
  `(:after::text is null or lower(l.name) > lower(:after))
   and (:q = '' or position(lower(:q) in lower(l.name || ' ' || l.display_name || ' ' || l.description)) > 0)`,
  'limit :limit + 1',
)
const oneList = listsOf('lower(l.name) = lower(:name)', '')

/**
 * A page of the lists that somebody may manage, by name: an owner's own, for an admin all, hidden ones too. `after` is the name
 * that the page before ended with.
 * @throws {Refusal} UNAVAILABLE before the directory was read for the first time.
 */
export async function readManagedLists(
  db: DatabaseOrTransaction,
  { memberId, isAdmin }: Manager,
  page: { limit: number; after: string | null; q: string },
): Promise<{ items: ManagedList[]; next: string | null }> {
  const lists = asLists(await rows<Row>(db, pageOfLists, { memberId, isAdmin, ...page }))
  const items = lists.slice(0, page.limit)
  return { items, next: lists.length > page.limit ? (items.at(-1)?.name ?? null) : null }
}

/** The list of this name, whatever its case, if they may manage it. */
export async function readManagedList(
  db: DatabaseOrTransaction,
  { memberId, isAdmin }: Manager,
  name: string,
): Promise<ManagedList | null> {
  const found = await rows<Row>(db, oneList, { memberId, isAdmin, name })
  return asLists(found)[0] ?? null
}

function asLists(found: Row[]): ManagedList[] {
  if (found[0]?.mirrorRead !== true) throw mirrorMissing()
  return found.flatMap(({ name, displayName, description, joinPolicy, state, ...managing }) => {
    if (name === null) return []
    const { memberCount, owners, hidden, drift } = managing
    const shown = { name, displayName, description, join: joinPolicy, source: 'ldap' as const, state }
    return { ...shown, memberCount, owners, hidden, drift }
  })
}
