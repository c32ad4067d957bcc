import { rows, type Transaction } from '../database.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

type Removing = {
  ruleId: string
  /** The admin who says so. */
  adminId: string
  via: 'discord' | 'web' | 'api'
} & Origin

/** Removes a rule: from the next notice on it is not asked. False when there is no such rule. */
export async function removeNoticeRule(tx: Transaction, removing: Removing): Promise<boolean> {
  const { ruleId } = removing
  const [removed] = await rows(tx, 'delete from notice_rule where id = :ruleId returning id', { ruleId })
  if (!removed) return false
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: removing.adminId,
      event: 'notice_rule.removed',
      subjectKind: 'notice_rule',
      subjectId: ruleId,
      via: removing.via,
      outcome: 'removed',
      ...originIn(removing),
    },
  ])
  return true
}
