import type { Subscription } from '../../contracts/subscription.ts'
import { type DatabaseOrTransaction, rows } from '../database.ts'
import { isMirrorRead, mirrorMissing } from '../mirror/mirror-missing.ts'
import { isOwnedBy } from '../lists/owns.ts'

/**
 * Every list that a member may see with their place on it, by name. `seesHidden`: hidden ones too; `mayManage`: those that they own.
 * @throws {Refusal} UNAVAILABLE before the directory was read for the first time.
 */
export async function readSubscriptions(
  db: DatabaseOrTransaction,
  whose: { memberId: string; seesHidden: boolean; mayManage: boolean },
): Promise<Subscription[]> {
  const [found] = await rows<{ mirrorRead: boolean; items: Subscription[] }>(db, ownSubscriptions, whose)
  if (found?.mirrorRead !== true) throw mirrorMissing()
  return found.items
}

const ownSubscriptions = subscriptionsOf({
  memberId: ':memberId',
  seesHidden: ':seesHidden',
  mayManage: ':mayManage',
})

/**
 * A statement of one row: whether the mirror was read, and `items` as JSON. The expressions say whose they are, so that the
 * same text serves a statement that finds the member by itself.
 */
export function subscriptionsOf({
  memberId,
  seesHidden,
  mayManage,
}: {
  memberId: string
  seesHidden: string
  mayManage: string
}): string {
  // Of two open changes the waiting one is the newer word: it waits behind the one that is being applied.
  return `
    select ${isMirrorRead} as "mirrorRead",
      coalesce((
        select json_agg(json_build_object('list', l.name, 'displayName', l.display_name, 'description', l.description,
            'subscribed', s.member_id is not null, 'pending', case when c.id is not null then
              json_build_object('changeId', c.id, 'wanted', c.action, 'state', c.state) end)
          order by lower(l.name))
        from list l
        left join membership s on s.list_id = l.id and s.member_id = ${memberId}
        left join (
          select distinct on (list_id) list_id, id, action, state from change
          where member_id = ${memberId} and state in ('awaiting_approval', 'queued', 'applying')
          order by list_id, state = 'applying') as c on c.list_id = l.id
        where l.state <> 'gone' and l.managed and (
          not l.hidden or ${seesHidden} or s.member_id is not null or (${mayManage} and ${isOwnedBy(memberId)}))
      ), '[]') as items`
}
