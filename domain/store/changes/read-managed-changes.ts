import type { Change, ChangeState } from '../../contracts/change.ts'
import { hasEnded, transitions } from '../../rules/change-states.ts'
import { type Database, rows } from '../database.ts'
import { ownedLists } from '../lists/owns.ts'
import { readChanges } from './read-change.ts'

type Manager = { memberId: string; isAdmin: boolean }

const isOfTheirs = (listId: string) => `(:isAdmin or ${listId} in (${ownedLists}))`
const isOfNamed = (listId: string) =>
  `(:listName::text is null or ${listId} in (select id from list where lower(name) = lower(:listName)))`

/** Few changes are open, and an index knows just these. */
const open = `c.state in ('awaiting_approval', 'queued', 'applying')`

/** Ids are in the order of their making (UUIDv7), so the newest change is the one with the greatest. */
const isAfter = '(:after::uuid is null or c.id < :after::uuid)'
const newest = 'order by c.id desc limit :limit + 1'

const ofOpenState = `
  select c.id from change c
  where ${open} and c.state = :state and ${isOfTheirs('c.list_id')} and ${isOfNamed('c.list_id')} and ${isAfter} ${newest}`

/** Nearly every change is one of these: they are found by going back through all of them. */
const ofMost = `
  select c.id from change c where (:state::text is null or c.state = :state) and ${isAfter} ${newest}`

/**
 * Of few lists, or of a state that few have: going back through all changes might come to the first one before it finds a page of these.
 * An index has those of each list and state in their order, once they have ended.
 */
const ofFew = `
  select c.id from (
    select ended.id from list l cross join unnest(:ended::text[]) as e (state) cross join lateral (
      select c.id from change c
      where c.list_id = l.id and c.state = e.state and c.ended_at is not null
        and c.id < coalesce(:after::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') ${newest}) as ended
    where ${isOfTheirs('l.id')} and (:listName::text is null or lower(l.name) = lower(:listName))
    union all
    select c.id from change c
    where ${open} and :state::text is null and ${isOfTheirs('c.list_id')} and ${isOfNamed('c.list_id')} and ${isAfter}
  ) as c
  ${newest}`

const ends = (Object.keys(transitions) as ChangeState[]).filter(hasEnded)

/**
 * A page of changes, newest first: those of an owner's lists, for an admin all. `after` is the id that the page before ended
 * with.
 */
export async function readManagedChanges(
  db: Database,
  { memberId, isAdmin }: Manager,
  page: { limit: number; after: string | null; state: ChangeState | null; listName: string | null },
): Promise<{ items: Change[]; next: string | null }> {
  const found = await rows<{ id: string }>(db, statementFor(page, isAdmin), {
    memberId,
    isAdmin,
    ended: page.state === null ? ends : [page.state],
    ...page,
  })
  const ids = found.slice(0, page.limit).map(({ id }) => id)
  const items = await readChanges(db, ids)
  return { items, next: found.length > page.limit ? (ids.at(-1) ?? null) : null }
}

function statementFor(
  { state, listName }: { state: ChangeState | null; listName: string | null },
  isAdmin: boolean,
): string {
  if (state !== null && !hasEnded(state)) return ofOpenState
  return isAdmin && listName === null && (state === null || state === 'applied') ? ofMost : ofFew
}
