import type { NewNoticeRule, NoticeRule, RulePlace } from '../../contracts/notice-rule.ts'
import { Refusal } from '../../contracts/refusal.ts'
import { isMailAddress } from '../../contracts/mail-address.ts'
import { rows, type Transaction } from '../database.ts'
import { newId } from '../new-id.ts'
import { readNoticeRules } from './read-notice-rules.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

type Adding = {
  rule: NewNoticeRule
  /** The admin who says so. */
  adminId: string
  via: 'discord' | 'web' | 'api'
} & Origin

/** More than anybody can keep in mind; each notice is held against every one of them. */
const mostRules = 100

/**
 * Adds a rule after those that there are.
 * @throws {Refusal} VALIDATION_ERROR (MAIL_ADDRESS_INVALID, MENTION_NEEDS_CHANNEL), CONFLICT (RULE_EXISTS, TOO_MANY_RULES).
 */
export async function addNoticeRule(tx: Transaction, adding: Adding): Promise<NoticeRule> {
  const { rule } = adding
  refuseUnfit(rule)
  // Two rules that are added at once count one after the other.
  await rows(tx, `select pg_advisory_xact_lock(hashtextextended('notice rules', 0))`, {})
  const before = await readNoticeRules(tx)
  refuseAnother(before, rule)
  const id = newId()
  const { source = null, event = null, repository = null, branch = null, severity = null } = rule
  const { place, mention = null } = rule
  await rows(
    tx,
    `insert into notice_rule (id, source, event, repository, branch, severity, place_kind, place_id, mention, created_by)
     values (:id, :source, :event, :repository, :branch, :severity, :placeKind, :placeId, :mention, :adminId)`,
    {
      id,
      source,
      event,
      repository,
      branch,
      severity,
      mention,
      placeId: idOf(place),
      placeKind: place.kind,
      adminId: adding.adminId,
    },
  )
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: adding.adminId,
      event: 'notice_rule.added',
      subjectKind: 'notice_rule',
      subjectId: id,
      via: adding.via,
      outcome: 'added',
      details: { place: place.kind },
      ...originIn(adding),
    },
  ])
  const added = (await readNoticeRules(tx)).find((one) => one.id === id)
  if (added === undefined) throw new Error('a rule that was just added is not there')
  return added
}

function refuseUnfit({ place, mention }: NewNoticeRule): void {
  if (place.kind === 'mail' && !isMailAddress(place.id))
    throw new Refusal('VALIDATION_ERROR', 'That is no mail address. Write it like ops@example.org.', {
      reason: 'MAIL_ADDRESS_INVALID',
    })
  if (place.kind !== 'channel' && mention !== undefined)
    throw new Refusal('VALIDATION_ERROR', 'Only a message in a channel can mention somebody.', {
      reason: 'MENTION_NEEDS_CHANNEL',
    })
}

function refuseAnother(before: readonly NoticeRule[], rule: NewNoticeRule): void {
  const same = before.find((one) => isSame(one, rule))
  if (same !== undefined)
    throw new Refusal('CONFLICT', 'There is exactly this rule already.', {
      reason: 'RULE_EXISTS',
      details: { id: same.id },
    })
  if (before.length < mostRules) return
  throw new Refusal('CONFLICT', `There are ${mostRules} rules already. Remove one first.`, {
    reason: 'TOO_MANY_RULES',
    details: { limit: mostRules },
  })
}

const asked = ['source', 'event', 'repository', 'branch', 'severity', 'mention'] as const

const idOf = (place: RulePlace) => (place.kind === 'nowhere' ? null : place.id)

function isSame(one: NoticeRule, rule: NewNoticeRule): boolean {
  return (
    asked.every((name) => one[name] === (rule[name] ?? null)) &&
    one.place.kind === rule.place.kind &&
    idOf(one.place) === idOf(rule.place)
  )
}
