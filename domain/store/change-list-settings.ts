import type { ListSettings } from '../contracts/list.ts'
import { rows, type Transaction } from './database.ts'
import { lockList } from './lock-list.ts'
import { type Origin, originIn, writeAudit } from './write-audit.ts'

type SettingsChange = {
  listName: string
  settings: ListSettings
  /** Who changes them. */
  memberId: string
  via: 'discord' | 'web' | 'api'
} & Origin

/**
 * Sets what is ours about a list. Requests that wait for approval still wait for it, whatever the list has become.
 * @throws {Refusal} NOT_FOUND (LIST_NOT_FOUND).
 */
export async function changeListSettings(tx: Transaction, change: SettingsChange): Promise<void> {
  const { settings } = change
  const list = await lockList(tx, change.listName)
  const { join = null, hidden = null, drift = null } = settings
  const [changed] = await rows(
    tx,
    `with wanted as (
       select coalesce(:join, join_policy) as join_policy, coalesce(:hidden, hidden) as hidden, coalesce(:drift, drift) as drift
       from list where id = :id)
     update list set join_policy = w.join_policy, hidden = w.hidden, drift = w.drift
     from wanted w
     where list.id = :id and (list.join_policy, list.hidden, list.drift) is distinct from (w.join_policy, w.hidden, w.drift)
     returning list.id`,
    { id: list.id, join, hidden, drift },
  )
  if (!changed) return
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: change.memberId,
      event: 'list.changed',
      subjectKind: 'list',
      subjectId: list.id,
      via: change.via,
      outcome: 'changed',
      details: settings,
      ...originIn(change),
    },
  ])
}
