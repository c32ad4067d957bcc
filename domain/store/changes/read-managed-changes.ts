import type { Change, ChangeState } from '../../contracts/change.ts'
import { hasEnded } from '../../rules/change-states.ts'
import { type Database, rows } from '../database.ts'
import { isOwner } from '../lists/owns.ts'
import { readChanges } from './read-change.ts'

type Manager = { memberId: string; isAdmin: boolean }

/** Ids are in the order of their making (UUIDv7), so the newest change is the one with the greatest. */
const idsOf = (more: string) => `
  select c.id from change c
  where (:isAdmin or c.list_id in (
      select l.id from list l join member m on m.id = :memberId and m.state = 'present'
      where l.state <> 'gone' and l.managed and ${isOwner}))
    and (:listName::text is null or c.list_id in (select id from list where lower(name) = lower(:listName)))
    and (:state::text is null or c.state = :state) ${more}
    and (:after::uuid is null or c.id < :after::uuid)
  order by c.id desc
  limit :limit + 1`

const ofAnyState = idsOf('')
/** Few changes are open, and an index knows just these. */
const ofOpenState = idsOf(`and c.state in ('awaiting_approval', 'queued', 'applying')`)

/**
 * A page of changes, newest first: those of an owner's lists, for an admin all. `after` is the id that the page before ended
 * with.
 */
export async function readManagedChanges(
  db: Database,
  { memberId, isAdmin }: Manager,
  page: { limit: number; after: string | null; state: ChangeState | null; listName: string | null },
): Promise<{ items: Change[]; next: string | null }> {
  const isOpen = page.state !== null && !hasEnded(page.state)
  const found = await rows<{ id: string }>(db, isOpen ? ofOpenState : ofAnyState, {
    memberId,
    isAdmin,
    ...page,
  })
  const ids = found.slice(0, page.limit).map(({ id }) => id)
  const items = await readChanges(db, ids)
  return { items, next: found.length > page.limit ? (ids.at(-1) ?? null) : null }
}
