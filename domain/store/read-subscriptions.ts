import type { Subscription } from '../contracts/subscription.ts'
import { type DatabaseOrTransaction, rows } from './database.ts'
import { mirrorMissing } from './request-changes.ts'

type Row = {
  mirrorRead: boolean
  list: string | null
  displayName: string
  description: string
  subscribed: boolean
  changeId: string | null
  wanted: 'subscribe' | 'unsubscribe' | null
  state: 'awaiting_approval' | 'queued' | 'applying' | null
}

/**
 * Every list that a member may see with their place on it, by name.
 * @throws {Refusal} UNAVAILABLE before the directory was read for the first time.
 */
export async function readSubscriptions(
  db: DatabaseOrTransaction,
  whose: { memberId: string; seesHidden: boolean },
): Promise<Subscription[]> {
  // Of two open changes the waiting one is the newer word: it waits behind the one that is being applied.
  const found = await rows<Row>(
    db,
    `with open_change as (
       select distinct on (list_id) list_id, id, action, state from change
       where member_id = :memberId and state in ('awaiting_approval', 'queued', 'applying')
       order by list_id, state = 'applying')
     select mirror.read as "mirrorRead", l.name as list, l.display_name as "displayName", l.description,
       s.member_id is not null as subscribed, c.id as "changeId", c.action as wanted, c.state
     from (select exists (select 1 from sync_run where state = 'done' and not dry_run) as read) as mirror
     left join (list l
       left join membership s on s.list_id = l.id and s.member_id = :memberId
       left join open_change c on c.list_id = l.id)
       on l.state <> 'gone' and l.managed and (not l.hidden or :seesHidden or s.member_id is not null)
     order by lower(l.name)`,
    whose,
  )
  return asSubscriptions(found)
}

function asSubscriptions(found: Row[]): Subscription[] {
  if (found[0]?.mirrorRead !== true) throw mirrorMissing()
  const subscriptions: Subscription[] = []
  for (const row of found) {
    if (row.list === null) continue
    subscriptions.push({
      list: row.list,
      displayName: row.displayName,
      description: row.description,
      subscribed: row.subscribed,
      pending:
        row.changeId !== null && row.wanted !== null && row.state !== null
          ? { changeId: row.changeId, wanted: row.wanted, state: row.state }
          : null,
    })
  }
  return subscriptions
}
