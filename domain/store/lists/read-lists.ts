import type { List } from '../../contracts/list.ts'
import { type DatabaseOrTransaction, rows } from '../database.ts'
import { entryWouldWrite } from '../apply/due-list.ts'
import { memberCountOf, ownersOf } from './list-owners.ts'
import { type ListRow, listsIn, listStatements, pageOf } from './list-page.ts'
import { isOwnedBy } from './owns.ts'

/** `mayManage`: whether the credential that they came with carries an owner's rights at all. */
type Viewer = { memberId: string; isAdmin: boolean; mayManage: boolean }

type Row = ListRow & { memberCount: number | null; owners: string[] | null; wouldWrite: string | null }

/** How many members a list has, who owns it and what waits for its entry is told to its owners and to admins only, so it is looked up for them only. */
const statements = listStatements({
  columns: `case when insider.yes then ${memberCountOf} end as member_count, case when insider.yes then ${ownersOf} end as owners,
    case when insider.yes then ${entryWouldWrite} end as would_write`,
  from: `cross join lateral (select :isAdmin or (:mayManage and ${isOwnedBy(':memberId')}) as yes) as insider`,
  visible: `(not l.hidden or insider.yes
    or exists (select 1 from membership s where s.list_id = l.id and s.member_id = :memberId))`,
})

/**
 * A page of the lists that this member may see, by name; `after` is the name that the page before ended with.
 * Hidden lists are seen by those who are on them, by their owners and by admins.
 * @throws {Refusal} UNAVAILABLE before the directory was read for the first time.
 */
export async function readLists(
  db: DatabaseOrTransaction,
  viewer: Viewer,
  page: { limit: number; after: string | null; q: string },
): Promise<{ items: List[]; next: string | null }> {
  const found = await rows<Row>(db, statements.page, { ...viewer, ...page })
  return pageOf(listsIn(found, forInsiders), page.limit)
}

/** The list of this name, whatever its case, if this member may see it. */
export async function readList(
  db: DatabaseOrTransaction,
  viewer: Viewer,
  name: string,
): Promise<List | null> {
  const found = await rows<Row>(db, statements.one, { ...viewer, name })
  return listsIn(found, forInsiders)[0] ?? null
}

const forInsiders = ({ memberCount, owners, wouldWrite }: Row) => ({
  ...(memberCount === null ? {} : { memberCount }),
  ...(owners === null ? {} : { owners }),
  ...(wouldWrite === null ? {} : { wouldWrite }),
})
