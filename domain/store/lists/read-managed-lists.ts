import type { DriftPolicy, ManagedList } from '../../contracts/list.ts'
import { type DatabaseOrTransaction, rows } from '../database.ts'
import { entryWouldWrite } from '../apply/due-list.ts'
import { memberCountOf, ownersOf } from './list-owners.ts'
import { type ListRow, listsIn, listStatements, pageOf } from './list-page.ts'
import { ownedLists } from './owns.ts'

type Manager = { memberId: string; isAdmin: boolean }

type Row = ListRow & {
  memberCount: number
  owners: string[]
  hidden: boolean
  drift: DriftPolicy
  managed: boolean
  wouldWrite: string | null
}

const statements = listStatements({
  columns: `l.hidden, l.drift, l.managed, ${memberCountOf} as member_count, ${ownersOf} as owners, ${entryWouldWrite} as would_write`,
  visible: `(:isAdmin or l.id in (${ownedLists}))`,
  managed: `(l.managed or :isAdmin) and (:managed::boolean is null or l.managed = :managed)`,
})

/**
 * A page of the lists that somebody may manage, by name: an owner's own, for an admin all, hidden ones too; with `managed: false`
 * those that an admin has taken out of management. `after` is the name that the page before ended with.
 * @throws {Refusal} UNAVAILABLE before the directory was read for the first time.
 */
export async function readManagedLists(
  db: DatabaseOrTransaction,
  { memberId, isAdmin }: Manager,
  page: { limit: number; after: string | null; q: string; managed: boolean },
): Promise<{ items: ManagedList[]; next: string | null }> {
  const found = await rows<Row>(db, statements.page, { memberId, isAdmin, ...page })
  return pageOf(listsIn(found, forManaging), page.limit)
}

/** The list of this name, whatever its case, if they may manage it; for an admin also one that is not managed. */
export async function readManagedList(
  db: DatabaseOrTransaction,
  { memberId, isAdmin }: Manager,
  name: string,
): Promise<ManagedList | null> {
  const found = await rows<Row>(db, statements.one, { memberId, isAdmin, name, managed: null })
  return listsIn(found, forManaging)[0] ?? null
}

const forManaging = ({ memberCount, owners, hidden, drift, managed, wouldWrite }: Row) => ({
  memberCount,
  owners,
  hidden,
  drift,
  managed,
  ...(wouldWrite === null ? {} : { wouldWrite }),
})
