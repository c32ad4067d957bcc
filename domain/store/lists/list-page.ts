import type { JoinPolicy, ListState } from '../../contracts/list.ts'
import { isMirrorRead, mirrorMissing } from '../mirror/mirror-missing.ts'

/** What every such statement gives of a list; `name` is null in the one row that says that there is none. */
export type ListRow = {
  mirrorRead: boolean
  name: string | null
  displayName: string
  description: string
  joinPolicy: JoinPolicy
  state: ListState
}

type Selection = {
  /** What more is told of a list (`l`). */
  columns: string
  /** What else that is looked up in. */
  from?: string
  /** Which lists may be seen at all. */
  visible: string
  /** Those that are managed here, if it is not said. */
  managed?: string
}

/**
 * Two statements about lists: `page`, by name (`:after`, `:q`, `:limit` and one more), and `one` by its `:name`, whatever its case.
 * Each row says whether the mirror was ever read.
 */
export function listStatements(selection: Selection): { page: string; one: string } {
  return {
    page: statement(
      selection,
      `(:after::text is null or lower(l.name) > lower(:after))
       and (:q = '' or position(lower(:q) in lower(l.name || ' ' || l.display_name || ' ' || l.description)) > 0)`,
      'limit :limit + 1',
    ),
    one: statement(selection, 'lower(l.name) = lower(:name)', ''),
  }
}

const statement = (
  { columns, from = '', visible, managed = 'l.managed' }: Selection,
  where: string,
  tail: string,
) => `
  select mirror.read as mirror_read, page.*
  from (select ${isMirrorRead} as read) as mirror
  left join (
    select l.name, l.display_name, l.description, l.join_policy, l.state, ${columns}
    from list l ${from}
    where l.state <> 'gone' and ${managed} and ${visible} and ${where}
    order by lower(l.name)
    ${tail}) as page on true
  order by lower(page.name)`

/**
 * The lists that a statement found, as `more` completes them.
 * @throws {Refusal} UNAVAILABLE before the directory was read for the first time.
 */
export function listsIn<Row extends ListRow, More>(found: readonly Row[], more: (row: Row) => More) {
  if (found[0]?.mirrorRead !== true) throw mirrorMissing()
  return found.flatMap((row) => {
    const { name, displayName, description, joinPolicy: join, state } = row
    if (name === null) return []
    return [{ name, displayName, description, join, source: 'ldap' as const, state, ...more(row) }]
  })
}

/** A page of one list less than was asked for; `next` is the name that it ends with, null on the last page. */
export function pageOf<Item extends { name: string }>(
  lists: readonly Item[],
  limit: number,
): { items: Item[]; next: string | null } {
  const items = lists.slice(0, limit)
  return { items, next: lists.length > limit ? (items.at(-1)?.name ?? null) : null }
}
