import type { Words } from '../../contracts/notice.ts'
import { graceDays, noticeDays } from '../../rules/leaving.ts'
import { rows, type Transaction } from '../database.ts'
import { queueMessage } from '../outbox/queue-message.ts'
import { unlink } from './unlink.ts'

/** A link whose person is gone from the directory. `address` is the last one that is known of them. */
export type LeavingLink = {
  linkId: string
  discordUserId: string
  locale: string
  memberId: string
  username: string
  address: string | null
  isTold: boolean
  /** What an admin said of the first hold that ended after they were gone: that they left indeed, or that they did not. */
  decided: 'approved' | 'denied' | null
  /** Told within the last day, or not yet: it counts whether they are too many at once. */
  isRecent: boolean
  /** Told long enough ago, and gone for the whole time of grace. */
  isDue: boolean
  /** When it ends; as if they were told now, where they were not. */
  endsAt: Date
}

/** Links of people who are gone from the directory, and how many links there are at all. Who is back was told too soon. */
export async function lookAtLeaving(tx: Transaction): Promise<{ leaving: LeavingLink[]; linked: number }> {
  await rows(
    tx,
    `update discord_link l set leaving_told_at = null from member m
     where m.id = l.member_id and m.state = 'present' and l.unlinked_at is null and l.leaving_told_at is not null`,
  )
  const [count] = await rows<{ linked: number }>(
    tx,
    'select count(*)::integer as linked from discord_link where unlinked_at is null',
  )
  // Told before they left, they came back and left again between two looks: they are not told of this.
  const leaving = await rows<LeavingLink>(
    tx,
    `select link_id, discord_user_id, locale, member_id, username, address, decided, told_at is not null as is_told,
       coalesce(told_at > now() - interval '1 day', true) as is_recent, ends_at,
       coalesce(told_at is not null and ends_at <= now(), false) as is_due
     from (
       select l.id as link_id, l.discord_user_id, l.locale, m.id as member_id, m.uid as username, m.mails[1] as address,
         told.at as told_at, (
           select h.state from hold h
           where h.kind = 'people-gone' and h.state in ('approved', 'denied') and h.ended_at >= m.gone_at
           order by h.ended_at limit 1) as decided, greatest(m.gone_at + make_interval(days => :graceDays),
           coalesce(told.at, now()) + make_interval(days => :noticeDays)) as ends_at
       from discord_link l
       join member m on m.id = l.member_id and m.state = 'gone'
       cross join lateral (select case when l.leaving_told_at >= m.gone_at then l.leaving_told_at end as at) as told
       where l.unlinked_at is null) as leaving
     order by ends_at, link_id`,
    { graceDays, noticeDays },
  )
  return { leaving, linked: count?.linked ?? 0 }
}

/** Tells somebody in Discord when their link will end, or by mail where Discord does not take it. */
export async function tellLeaving(tx: Transaction, link: LeavingLink, words: Words): Promise<void> {
  const { linkId, discordUserId, memberId, address } = link
  const { content, subject, text } = words
  // A look can begin before somebody leaves whom it sees gone: told before they left, they would be told once more.
  await rows(
    tx,
    `update discord_link l set leaving_told_at = greatest(now(), m.gone_at)
     from member m where l.id = :linkId and m.id = l.member_id`,
    { linkId },
  )
  await queueMessage(tx, {
    kind: 'link.leaving',
    discordUserId,
    content,
    mail: address === null ? null : { kind: 'link.leaving', memberId, to: address, subject, text },
  })
}

/** Their time of grace is over, and so is the link (NOTIFY link_changed). */
export async function endLeaving(tx: Transaction, { linkId }: LeavingLink): Promise<void> {
  const by = { actorKind: 'worker', actorId: null } as const
  await unlink(tx, { linkId, reason: 'gone', via: 'worker', by, requestId: null })
}
