import { type Database, rows } from '../database.ts'
import { isObserving } from '../installation/note-worker.ts'

/** What an entry says while it waits for WRITES=on. */
export const entryObserved = 'WRITES=off'

/**
 * What would be written about the entry of a list, as LDIF: empty until a worker has looked, null unless WRITES=off keeps it back. What
 * another state left in the column says nothing.
 */
export const entryWouldWrite = `case when l.entry_due_at is null then null
  when l.entry_problem = '${entryObserved}' then coalesce(l.entry_would_write, '')
  when ${isObserving} then '' end`

/** A list of a target that is paused is left alone. Lists are `l`, changes `c`, here and below. */
const isOpenTarget = 'not exists (select 1 from target t where t.name = l.source and t.paused_at is not null)'

/** No lease holds it. */
export const isFree = '(l.lease_until is null or l.lease_until < now())'

/** Not claimed by whoever follows the directory, who has to see first what another tool changed about it (`wantLists`). */
const isNotWantedBySync = 'coalesce(l.sync_wants_until < now(), true)'

/** True of a list that vanished together with many others: until an admin decides about their hold, nothing is done about it. */
export const isUndecided = `exists (select 1 from hold h where h.id = l.hold_id and h.state = 'waiting')`

/** Binding: `observeOnly`, which leaves alone what has been observed already. */
const isUnobserved = 'not (:observeOnly and c.would_write is not null)'

const hasChange = (
  isDue: string,
): string => `l.state in ('active', 'gone') and l.managed and not ${isUndecided} and exists (
  select 1 from change c where c.list_id = l.id and (c.state = 'applying'
    or (c.state = 'queued' and ${isDue} and ${isUnobserved})))`

const hasEntry = (isDue: string): string => `l.state in ('creating', 'active', 'deleting') and ${isDue}
  and not (:observeOnly and coalesce(l.entry_problem = '${entryObserved}', false))`

/** Its entry is to be made, edited or deleted now; never null. */
export const hasDueEntry = hasEntry('coalesce(l.entry_due_at <= now(), false)')
/** Its entry is to be made, edited or deleted, be that due or put off; never null. */
export const hasAnyEntry = hasEntry('l.entry_due_at is not null')

/** Something is to be done, be it due or put off. */
export const hasWork = `(${hasAnyEntry} or ${hasChange('c.due_at is not null')})`

/** Lists with something to be done that no lease holds and no pause keeps back. */
export const isDueList = `${isFree} and ${isNotWantedBySync} and ${isOpenTarget} and (${hasDueEntry} or ${hasChange('c.due_at <= now()')})`

/**
 * Whether the lane has a list that is due and that no lease holds: then `leaseDueList` gave null because somebody had
 * its row locked for a moment, or because it may not take a heavy one.
 */
export async function isLaneDue(
  db: Database,
  { lane, observeOnly }: { lane: number; observeOnly: boolean },
): Promise<boolean> {
  const due = await rows(db, `select 1 from list l where l.lane = :lane and ${isDueList} limit 1`, {
    lane,
    observeOnly,
  })
  return due.length === 1
}
