import type { ChangeVia } from '../../contracts/change.ts'
import type { LinkWords } from '../../contracts/link-words.ts'
import { Refusal } from '../../contracts/refusal.ts'
import { isWaiting } from '../../rules/change-states.ts'
import { cancelChange } from '../changes/cancel-change.ts'
import { rows, type Transaction } from '../database.ts'
import { identify, type Whom, whose } from './personal-rows.ts'
import { holdOffKeepers } from '../mirror/keep-members.ts'
import { queueMessage } from '../outbox/queue-message.ts'
import { readChanges } from '../changes/read-change.ts'
import { unlink } from '../links/unlink.ts'
import { type AuditEntry, type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

type Forgetting = {
  memberId: string
  via: 'web' | 'discord'
  words: Pick<LinkWords, 'ended'>
} & Origin

type Link = { id: string; discordUserId: string; locale: string }

/** What goes as it is, in this order: a link's attempts refer to it. */
const goes = [
  'topic',
  'notice',
  'mail',
  'idempotency_record',
  'link_attempt',
  'discord_link',
  'session',
  'api_token',
  'list_owner',
  'drift_member',
] as const

/**
 * Deletes what is held about a member and is not the directory's own. What stays: the mirror of their entry and of their places on
 * lists while they are in the directory, an operator's word that they are no admin, and the audit, which holds ids only. Where the
 * account that was linked did not ask for it, one message tells it: that knows the account, and no name.
 * @throws {Refusal} CONFLICT (CHANGES_OPEN) while something that was asked for is on its way; UNAVAILABLE while a read keeps members for long.
 */
export async function forgetMember(tx: Transaction, forgetting: Forgetting): Promise<void> {
  const { memberId } = forgetting
  const wasGone = await isGoneMember(tx, memberId)
  if (wasGone) await holdOffKeepers(tx)
  // Before them, as whoever decides an incident takes both.
  await rows(tx, 'select id from incident where acknowledged_by = :memberId order by id for update', {
    memberId,
  })
  // Whoever writes about them now waits until we are done, or we for them.
  const [member] = await rows<{ state: 'present' | 'gone' }>(
    tx,
    'select state from member where id = :memberId for update',
    { memberId },
  )
  if (!member) return
  const isGone = wasGone && member.state === 'gone'
  await endChanges(tx, forgetting, isGone)
  const link = await endLink(tx, forgetting)
  const whom = await identify(tx, memberId)
  const taken = await readTaken(tx, whom)
  // In the order of their ids, as whoever sends or resends several.
  for (const table of ['topic', 'notice', 'mail'] as const)
    await rows(tx, `select 1 from ${table} where ${whose[table]} order by id for update`, whom)
  for (const table of goes) await rows(tx, `delete from ${table} where ${whose[table]}`, whom)
  await rows(
    tx,
    // In the order of their ids, as everybody takes several changes.
    `with asked as (
       select id from change where requested_by = :memberId and member_id <> :memberId order by id for no key update)
     update change set requested_by = null from asked where change.id = asked.id`,
    whom,
  )
  await rows(tx, `update incident set acknowledged_by = null where ${whose.incident}`, whom)
  // What they had told goes on as they wanted it.
  await rows(tx, `update notice_rule set created_by = null where ${whose.notice_rule}`, whom)
  await rows(tx, 'delete from change where member_id = :memberId', whom)
  await takeGrants(tx, memberId)
  if (isGone) await dropMirror(tx, memberId)
  await audit(tx, forgetting, taken)
  if (link !== null && forgetting.via === 'web') await tellAccount(tx, link, forgetting)
}

/** Only the row of somebody who has left the directory is ever deleted. */
async function isGoneMember(tx: Transaction, memberId: string): Promise<boolean> {
  const gone = await rows(tx, `select 1 from member where id = :memberId and state = 'gone'`, { memberId })
  return gone.length > 0
}

/** Who is gone from the directory can't take a request back any more, so that is done here. */
async function endChanges(
  tx: Transaction,
  { memberId, via, ...origin }: Forgetting,
  isGone: boolean,
): Promise<void> {
  const open = await rows<{ id: string }>(
    tx,
    'select id from change where member_id = :memberId and ended_at is null order by id',
    { memberId },
  )
  const changes = await readChanges(
    tx,
    open.map(({ id }) => id),
  )
  const left = changes.filter(({ state }) => !isGone || !isWaiting(state))
  if (left.length > 0) throw changesOpen(left.map(({ list }) => list))
  const by = { memberId, via: via satisfies ChangeVia, isGone, ...originIn(origin) }
  for (const { id } of open) await cancelChange(tx, { ...by, changeId: id })
}

function changesOpen(lists: readonly string[]): Refusal {
  return new Refusal(
    'CONFLICT',
    `Something that you asked for is still on its way (${lists.join(', ')}). Wait until it is done or take it back, then ask again to be forgotten.`,
    { reason: 'CHANGES_OPEN', details: { lists } },
  )
}

async function endLink(tx: Transaction, { memberId, via, ...origin }: Forgetting): Promise<Link | null> {
  const [link] = await rows<Link>(
    tx,
    'select id, discord_user_id, locale from discord_link where member_id = :memberId and unlinked_at is null',
    { memberId },
  )
  if (!link) return null
  await unlink(tx, { linkId: link.id, reason: 'asked', via, ...originIn(origin) })
  return link
}

/** Whoever had the account linked hears of it: being forgotten and linked anew must not be a way to take a link over unseen. */
async function tellAccount(
  tx: Transaction,
  { discordUserId, locale }: Link,
  { words }: Forgetting,
): Promise<void> {
  await queueMessage(tx, {
    kind: 'link.ended',
    discordUserId,
    ...words.ended({ why: 'forgotten', locale }),
    mail: null,
  })
}

/** What admins and operators gave goes too. That somebody was denied to be an admin is no favour, and stays. */
async function takeGrants(tx: Transaction, memberId: string): Promise<void> {
  await rows(tx, 'delete from admin_override where member_id = :memberId and is_admin', { memberId })
  await rows(
    tx,
    `update member set notices_allowed = false, mentions_allowed = false, is_admin = state = 'present' and coalesce(
       (select o.is_admin from admin_override o where o.member_id = member.id), admin_in_directory)
     where id = :memberId`,
    { memberId },
  )
}

/** What the audit tells of what goes: where they were signed in, their tokens, and what they had been given. */
type Taken = { kind: keyof typeof takenAs; id: string }

const takenAs = {
  session: { event: 'session.ended', subjectKind: 'session' },
  api_token: { event: 'api_token.revoked', subjectKind: 'api_token' },
  owner: { event: 'list.owner_removed', subjectKind: 'list' },
  admin: { event: 'admin.revoked', subjectKind: 'member' },
  notices: { event: 'member.notices_taken', subjectKind: 'member' },
  mentions: { event: 'member.mentions_taken', subjectKind: 'member' },
} as const satisfies Record<string, Pick<AuditEntry, 'event' | 'subjectKind'>>

const readTaken = (tx: Transaction, whom: Whom): Promise<Taken[]> =>
  rows<Taken>(
    tx,
    `select 'session' as kind, id from session where ${whose.session}
     union all select 'api_token', id from api_token where ${whose.api_token} and revoked_at is null and expires_at > now()
     union all select 'owner', list_id from list_owner where ${whose.list_owner}
     union all select 'admin', member_id from admin_override where ${whose.admin_override} and is_admin
     union all select 'notices', id from member where ${whose.member} and notices_allowed
     union all select 'mentions', id from member where ${whose.member} and mentions_allowed`,
    whom,
  )

/** Nobody is left to mirror. Where an operator's word stays, the row only says to whom of the directory it belongs. */
async function dropMirror(tx: Transaction, memberId: string): Promise<void> {
  await rows(tx, 'delete from membership where member_id = :memberId', { memberId })
  await rows(
    tx,
    `update member set version = '', dn = '', dn_key = '', uid = '', display_name = '', mails = '{}', mail_keys = '{}',
       gid_number = null, muted = '{}', updated_at = now()
     where id = :memberId`,
    { memberId },
  )
  await rows(
    tx,
    `delete from member where id = :memberId
       and not exists (select 1 from admin_override o where o.member_id = member.id)`,
    { memberId },
  )
}

async function audit(
  tx: Transaction,
  { memberId, via, ...origin }: Forgetting,
  taken: readonly Taken[],
): Promise<void> {
  const by = { actorKind: 'member', actorId: memberId, via, ...originIn(origin) } as const
  await writeAudit(tx, [
    ...taken.map(({ kind, id }) => ({
      ...by,
      ...takenAs[kind],
      subjectId: id,
      outcome: 'forgotten',
      ...(kind === 'owner' ? { details: { member: memberId } } : {}),
    })),
    { ...by, event: 'member.forgotten', subjectKind: 'member', subjectId: memberId, outcome: 'forgotten' },
  ])
}
