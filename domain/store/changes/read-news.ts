import type { ChangeAction } from '../../contracts/change.ts'
import type { JoinPolicy } from '../../contracts/list.ts'
import type { News } from '../../contracts/notification.ts'
import { rows, type Transaction } from '../database.ts'
import { readChanges } from './read-change.ts'

/**
 * The changes of which a member is to hear: what somebody else brought about; of their own what they asked for in Discord (a reply that they
 * read says `told_at`), and what failed, was decided or tried again after they had gone. The index `change_untold` has the same condition.
 */
export const untoldChange = `c.ended_at is not null and c.told_at is null and (
  case when c.requested_by = c.member_id
    then c.via = 'discord' or c.state = 'failed' or (c.state = 'cancelled' and c.reason_code <> 'CANCELLED')
      or (c.state = 'applied' and (c.decided_at is not null or c.retry_of is not null))
    else c.state = 'applied' end)`

/** While an admin has an edit by another tool undone, it is seen first what comes of that. */
export const untoldDrift = `x.untold and not (d.reverted_at is not null and exists (
  select 1 from change c where c.list_id = d.list_id and c.member_id = x.member_id and c.ended_at is null))`

/** Something that happened, with what says that it was told. */
export type Happened = {
  memberId: string
  changeId: string | null
  driftId: string | null
  news: News | null
}

/**
 * What these members have not heard, in the order in which it happened; `news` is null where there is nothing to hear any more. What the
 * bot may be about to tell, within `ownAfterS`, is left to it. The caller holds the members' rows.
 */
export async function readNews(
  tx: Transaction,
  { memberIds, ownAfterS }: { memberIds: readonly string[]; ownAfterS: number },
): Promise<Happened[]> {
  const bindings = { memberIds, ownAfterS }
  const changed = await rows<Changed>(tx, changes, bindings)
  const drifted = await rows<Drifted>(tx, drifts, bindings)
  const own = changed.filter(({ isOwn }) => isOwn).map(({ id }) => id)
  const shown = new Map((await readChanges(tx, own)).map((change) => [change.id, change]))
  const happened = [
    ...changed.map((row) => {
      const change = shown.get(row.id)
      const { memberId, decided, at } = row
      const place = row.overruled ? null : placeOf(row, row.action === 'subscribe' ? 'joined' : 'parted')
      const news: News | null = change === undefined ? place : { about: 'request', change, decided }
      return { memberId, changeId: row.id, driftId: null, news, at }
    }),
    ...drifted.map((row) => {
      const { memberId, driftId, at } = row
      return { memberId, changeId: null, driftId, news: row.overruled ? null : placeOf(row, row.way), at }
    }),
  ]
  return happened.toSorted((one, other) => one.at.getTime() - other.at.getTime())
}

type OnList = {
  memberId: string
  listId: string
  list: string
  join: JoinPolicy
  at: Date
  overruled: boolean
}
type Changed = OnList & { id: string; action: ChangeAction; isOwn: boolean; decided: boolean }
type Drifted = OnList & { driftId: string; way: 'joined' | 'parted' }

function placeOf(row: Changed | Drifted, way: 'joined' | 'parted'): News {
  const { listId, list, join } = row
  return { about: 'place', listId, list, join, way, by: 'driftId' in row ? 'tool' : 'admin' }
}

/** Whoever is not on a hidden list does not find it, unless they manage it: it is as if it were closed. */
const joinOf = `case when l.hidden then 'closed' else l.join_policy end`

/** Whoever is told of a place on a list that is gone, or is about to be, could do nothing about it. */
const isOver = `l.state in ('deleting', 'gone')`

/** They have said something about this list themselves since; of a change: since it was asked for, also while a worker had it in hand. */
const overruled = (listId: string, at: string) => `exists (
  select 1 from change n where n.list_id = ${listId} and n.member_id = m.id and n.requested_by = m.id
    and n.created_at > ${at} and n.state in ('queued', 'applying', 'applied'))`

const changes = `
  select c.id, c.member_id, l.id as list_id, l.name as list, ${joinOf} as join, c.action, c.ended_at as at,
    c.requested_by is not distinct from c.member_id as is_own, c.decided_at is not null as decided,
    m.state = 'gone' or ${isOver} or ${overruled('c.list_id', 'c.created_at')} as overruled
  from change c join list l on l.id = c.list_id join member m on m.id = c.member_id
  where ${untoldChange} and c.member_id = any(:memberIds::uuid[])
    and (c.via <> 'discord' or c.requested_by is distinct from c.member_id or c.ended_at < now() - make_interval(secs => :ownAfterS))
  order by c.id for no key update of c`

const drifts = `
  select x.member_id, x.drift_id, l.id as list_id, l.name as list, ${joinOf} as join, x.way, d.at,
    m.state = 'gone' or ${isOver} or ${overruled('d.list_id', 'd.at')} as overruled
  from drift_member x join drift d on d.id = x.drift_id join list l on l.id = d.list_id join member m on m.id = x.member_id
  where ${untoldDrift} and x.member_id = any(:memberIds::uuid[])
  order by x.drift_id, x.member_id for no key update of x`
