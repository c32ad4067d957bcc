import type { About, Place } from '../../contracts/topic.ts'
import { type DatabaseOrTransaction, rows, type Transaction } from '../database.ts'
import { newId } from '../new-id.ts'
import { queuedAnew } from '../outbox/queued-anew.ts'
import { queuePlainMail } from '../outbox/queue-mail.ts'

/** What was mailed of a topic: to whom, and how it stood. */
export type Mailed = Pick<About, 'event' | 'severity'> & { to: string }

export type Mail = { subject: string; text: string }

type Topic = { id: string; memberId: string | null; mailed: readonly Mailed[] }

type Now = Pick<About, 'event' | 'severity'> & {
  /** Whether it begins now to be worth a ping: a place that shows it already gets another notice for that. */
  calls: boolean
  /** Whether it ends now: whoever was mailed that it lasts is mailed that, whatever the rules say by then. */
  ends: boolean
}

/**
 * Tells of a topic in these places: in channels that don't show it yet, and by mail to whom it was not mailed yet as it stands. It is
 * worded for mail only where one goes out.
 */
export async function tellPlaces(
  tx: Transaction,
  topic: Topic,
  { places, now, word }: { places: readonly Place[]; now: Now; word: () => Mail },
): Promise<void> {
  for (const place of places) if (place.kind === 'channel') await showIn(tx, topic.id, place, now)
  const addresses = addressesFor(topic.mailed, places, now)
  if (addresses.length === 0) return
  const { id, memberId } = topic
  const { event, severity } = now
  const mail = word()
  for (const to of addresses) await queuePlainMail(tx, { kind: 'notice', memberId, to, ...mail })
  const mailed = addresses.map((to) => ({ to, event, severity }) satisfies Mailed)
  await rows(tx, 'update topic set mailed = mailed || :mailed::jsonb where id = :id', {
    id,
    mailed: JSON.stringify(mailed),
  })
}

function addressesFor(
  mailed: readonly Mailed[],
  places: readonly Place[],
  { event, severity, ends }: Now,
): string[] {
  const knowing = mailed.filter((one) => one.event === event && one.severity === severity)
  const known = new Set(knowing.map(({ to }) => to.toLowerCase()))
  const asking = places.filter(({ kind }) => kind === 'mail').map(({ id }) => id)
  const addresses = [
    ...(ends ? mailed.map(({ to }) => to) : []),
    ...asking.filter((to) => !known.has(to.toLowerCase())),
  ]
  return [...new Map(addresses.map((to) => [to.toLowerCase(), to])).values()]
}

/** Puts a notice there, beside one that pinged nobody if this one is to. */
async function showIn(
  tx: Transaction,
  topicId: string,
  { id, mention }: Place,
  { calls }: Now,
): Promise<void> {
  await rows(
    tx,
    `with fresh as (
       insert into notice (id, kind, destination_kind, destination_id, topic_id, mention, body)
       select :id::uuid, 'topic', 'channel', :channelId, :topicId::uuid, :mention, '{}'
       where not exists (
         select 1 from notice where topic_id = :topicId and destination_kind = 'channel' and destination_id = :channelId
           and (mention is not null or :mention::text is null or not :calls::boolean))
       returning id)
     select pg_notify('outbox', '') from fresh`,
    { id: newId(), channelId: id, topicId, mention, calls },
  )
}

/** Has the notices of a topic say how it is now, also where one could not be delivered; what is in hand is told once more afterwards. */
export async function renewTopicNotices(
  tx: DatabaseOrTransaction,
  topicId: string,
  { onlyFailed = false }: { onlyFailed?: boolean } = {},
): Promise<void> {
  await rows(
    tx,
    `with told as (
       select id from notice where topic_id = :topicId and (state = 'failed' or not :onlyFailed::boolean) order by id for no key update
     ), renewed as (
       update notice set ${queuedAnew},
         due_at = case
           when state <> 'queued' then greatest(now(), ended_at + interval '5 seconds')
           when lease_token is not null or error is not null then due_at
           else least(due_at, now() + interval '5 seconds') end
       from told where notice.id = told.id returning due_at)
     select pg_notify('outbox', '') from renewed`,
    { topicId, onlyFailed },
  )
}
