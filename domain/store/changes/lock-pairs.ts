import { rows, type Transaction } from '../database.ts'

/** A list and somebody about whom something is said. */
export type Pair = { listId: string; memberId: string }

/**
 * One word about a list and a member at a time, and no worker takes changes of these lists in hand, or records them, before
 * we are done. Always all pairs before any list, both in the order of ids, and lists before their changes, as workers do: two never wait
 * for each other. So whoever says several words in one transaction has all their pairs first. `takesOff`: somebody is taken off by another
 * one's word. That is done alone, since the others' removals count.
 */
export async function lockPairs(tx: Transaction, pairs: readonly Pair[], takesOff: boolean): Promise<void> {
  const listIds = pairs.map(({ listId }) => listId)
  const memberIds = pairs.map(({ memberId }) => memberId)
  await rows(
    tx,
    `select pg_advisory_xact_lock(hashtextextended(pair, 0))
     from (select member_id || list_id as pair from unnest(:memberIds::text[], :listIds::text[]) as p (member_id, list_id)
       order by 1) as pairs`,
    { memberIds, listIds },
  )
  await rows(tx, takesOff ? lockListsAlone : lockLists, { listIds })
}

const lockLists = 'select id from list where id = any(:listIds::uuid[]) order by id for key share'
const lockListsAlone = 'select id from list where id = any(:listIds::uuid[]) order by id for no key update'
