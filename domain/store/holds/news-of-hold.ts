import type { Words } from '../../contracts/notice.ts'
import { rows, type Transaction } from '../database.ts'
import { lockIncidentKey } from '../incidents/lock-incident-key.ts'

/**
 * Whether admins are to be told this of a hold: it still waits, keeps waiting until the transaction ends, and they were not told just
 * that before. Several workers may read of it at once; one of them tells it. The incident is locked before the hold, as by whoever
 * decides in a message.
 */
export async function isNewsOfHold(
  tx: Transaction,
  key: string,
  hold: { id: string; revision: number },
  words: Words,
): Promise<boolean> {
  await lockIncidentKey(tx, key)
  const [told] = await rows<{ isSame: boolean; isLater: boolean }>(
    tx,
    `select words = :words::jsonb and subject_revision = :revision as is_same, coalesce(subject_revision > :revision, false) as is_later
     from incident where key = :key and state <> 'resolved' for update`,
    { key, words: JSON.stringify(words), revision: hold.revision },
  )
  if (told?.isSame || told?.isLater) return false
  const waiting = await rows(tx, `select 1 from hold where id = :id and state = 'waiting' for share`, {
    id: hold.id,
  })
  return waiting.length > 0
}
