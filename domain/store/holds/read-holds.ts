import type { Hold, HoldKind, HoldState } from '../../contracts/hold.ts'
import { type DatabaseOrTransaction, rows } from '../database.ts'

type Row = {
  id: string
  kind: HoldKind
  list: string | null
  state: HoldState
  count: number
  revision: number
  members: string[] | null
  createdAt: Date
  expiresAt: Date
  endedAt: Date | null
}

const mostNames = 1000

/**
 * Whom each kind is about. Removals: while they wait those that still do, then all that it held. People who are gone: those whose
 * links wait for it, or whom it decided about and who are still gone. Lists that are gone have no members to name.
 */
const statement = (which: string) => `
  with page as (${which})
  select h.id, h.kind, l.name as list, h.state, h.revision, h.created_at, h.expires_at, h.ended_at,
    case h.kind when 'lists-gone' then lists.count else people.count end as count, people.members
  from page join hold h on h.id = page.id
  left join list l on l.id = h.list_id
  cross join lateral (
    select count(*)::integer as count, (array_agg(uid order by lower(uid)))[1:${mostNames}] as members
    from (
      select m.uid from change c join member m on m.id = c.member_id
      where h.kind = 'removals' and c.hold_id = h.id and (h.state <> 'waiting' or c.state = 'awaiting_approval')
      union all
      select m.uid from discord_link k join member m on m.id = k.member_id
      where h.kind = 'people-gone' and k.unlinked_at is null and m.state = 'gone'
        and m.gone_at <= coalesce(h.ended_at, 'infinity') and not exists (
          select 1 from hold d where d.kind = 'people-gone' and d.created_at < h.created_at and d.state in ('approved', 'denied')
            and d.ended_at >= m.gone_at)
    ) as named) as people
  cross join lateral (
    select count(*)::integer as count from list g where h.kind = 'lists-gone' and g.hold_id = h.id) as lists
  order by h.id desc`

const pageOfHolds = statement(`
  select id from hold
  where (:state::text is null or state = :state) and (:after::uuid is null or id < :after::uuid)
  order by id desc limit :limit + 1`)

const oneHold = statement('select id from hold where id = :id')

/** A page of what waits, or waited, for an admin, newest first. `after` is the id that the page before ended with. */
export async function readHolds(
  db: DatabaseOrTransaction,
  page: { limit: number; after: string | null; state: HoldState | null },
): Promise<{ items: Hold[]; next: string | null }> {
  const found = await rows<Row>(db, pageOfHolds, page)
  const items = found.slice(0, page.limit).map(asHold)
  return { items, next: found.length > page.limit ? (items.at(-1)?.id ?? null) : null }
}

/** One of them, or null. */
export async function readHold(db: DatabaseOrTransaction, id: string): Promise<Hold | null> {
  const [row] = await rows<Row>(db, oneHold, { id })
  return row ? asHold(row) : null
}

const asHold = ({ members, createdAt, expiresAt, endedAt, ...hold }: Row): Hold => ({
  ...hold,
  members: members ?? [],
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
  endedAt: endedAt?.toISOString() ?? null,
})
