import type { MessageResult } from '../../adapters/discord-rest/create-discord-rest.ts'
import { refusesChannel } from '../../adapters/discord-rest/discord-result.ts'
import { printOf } from '../../adapters/discord-rest/message-print.ts'
import type { WaitingNotice } from '../../domain/store/outbox/destination-queue.ts'
import type { Locale } from '../../domain/contracts/locale.ts'
import { endNotice } from '../../domain/store/outbox/end-notice.ts'
import { notePlace } from '../../domain/store/outbox/note-place.ts'
import { splitDigest } from '../../domain/store/outbox/put-back-notices.ts'
import { knownLocale } from '../../domain/store/installation/read-locale.ts'
import { readTopicsOfNotices, type TopicOfNotice } from '../../domain/store/topics/read-topic-of-notice.ts'
import { tellAnew } from '../../domain/store/outbox/tell-anew.ts'
import { toldTopics } from '../../domain/store/topics/topic-notice.ts'
import { cardMessage, type CardMessage, placeholderCard } from '../../texts/notices/card-message.ts'
import { cardOf } from '../../texts/notices/card-of.ts'
import type { WorkerContext } from '../context.ts'
import { isStuck } from './is-stuck.ts'
import { type Delivered, giveUp, notTaken } from './not-taken.ts'
import { showEarlier, showOnce, type Showing } from './show-once.ts'

type Words = { message: CardMessage; file: { name: string; text: string } | null }
type OfTopic = WaitingNotice & { topic: TopicOfNotice; revision: number }
type Shown = readonly [OfTopic, ...OfTopic[]]

/**
 * Posts the message of a topic, or edits it, so that it says how the topic is now. Several that waited for long are shown in one
 * message, a digest; `digest` is its nonce. Null when Discord does not take the digest: then they are told one by one. `asPlaceholder`: what
 * is posted says nothing of the topic yet.
 */
export async function tellTopics(
  context: WorkerContext,
  notices: readonly WaitingNotice[],
  { digest, asPlaceholder }: { digest: string | null; asPlaceholder: boolean },
): Promise<Delivered | null> {
  const { db, log } = context
  const topics = await readTopicsOfNotices(
    db,
    notices.map(({ id }) => id),
  )
  const told = new Map(topics.map((topic) => [topic.noticeId, topic]))
  // Pruned meanwhile: nobody waits for its message any more.
  for (const notice of notices.filter(({ id }) => !told.has(id)))
    await endNotice(db, notice, { state: 'failed', error: 'pruned' })
  const [first, ...others] = notices.flatMap((notice) => {
    const topic = told.get(notice.id)
    return topic ? [{ ...notice, topic, revision: topic.revision }] : []
  })
  if (!first) return { is: 'ended' }
  const shown: Shown = [first, ...others]
  const isDigest = others.length > 0
  const mention = isDigest ? null : whomToCall(first, first.topic)
  const locale = await knownLocale(db)
  let words: Words
  try {
    words = asPlaceholder
      ? { message: placeholderCard(mention, locale), file: null }
      : wordTopics(topics, mention, { locale, timeZone: context.siteTimeZone })
  } catch (error) {
    log.error({ err: error, notices: shown.map(({ id }) => id) }, 'a notice could not be put into words')
    return isDigest ? oneByOne(context, shown, String(error)) : givenUp(context, shown, String(error))
  }
  const showing: Showing = {
    to: { kind: 'channel', id: first.destinationId },
    ...words,
    nonce: digest ?? first.id,
    messageId: first.messageId,
  }
  const result = await (isDigest ? showTogether(context, shown, showing) : showOnce(context, shown, showing))
  if (result.outcome === 'none') return oneByOne(context, shown, result.error)
  if (result.outcome !== 'sent') return notTaken(context, shown, result, { print: printOf(words.message) })
  const { messageId } = result
  if (!asPlaceholder)
    await tellAnew(db, await toldTopics(db, shown, { messageId, inDigest: digest !== null }))
  else if (!(await notePlace(db, first, { messageId, isPlaceholder: true }))) await tellAnew(db, [first.id])
  return { is: 'taken' }
}

const wordTopics = (
  topics: readonly TopicOfNotice[],
  mention: string | null,
  { locale, timeZone }: { locale: Locale; timeZone: string },
): Words =>
  cardMessage(
    topics.map(({ topic, isLate }) => ({
      card: cardOf(topic, locale, timeZone),
      happenedAt: topic.happenedAt,
      isLate,
    })),
    mention,
    locale,
    timeZone,
  )

/** What Discord does not take in one message is told one by one, unless it turns out that it is there: `none`. */
async function showTogether(
  context: WorkerContext,
  shown: Shown,
  showing: Showing,
): Promise<MessageResult | { outcome: 'none'; error: string }> {
  const [first] = shown
  const result = isStuck(first) ? null : await showOnce(context, shown, showing)
  if (result !== null && (result.outcome !== 'refused' || refusesChannel(result))) return result
  const earlier = await showEarlier(context, first, showing)
  // What is there is not told once more, although it may not say all by now.
  if (earlier.outcome !== 'none') return earlier
  return { outcome: 'none', error: result?.message ?? 'Discord does not take it together with others' }
}

/** Whoever is to be called is called once, and only as long as there is reason to. */
function whomToCall(
  { mention, sentRevision, messageId }: WaitingNotice,
  { topic }: TopicOfNotice,
): string | null {
  const isFirst = sentRevision === 0 && messageId === null
  return isFirst && topic.state === 'open' && topic.severity === 'critical' ? mention : null
}

async function oneByOne(
  context: WorkerContext,
  notices: readonly WaitingNotice[],
  error: string,
): Promise<null> {
  await splitDigest(context.db, notices, error)
  return null
}

async function givenUp(
  context: WorkerContext,
  notices: readonly WaitingNotice[],
  error: string,
): Promise<Delivered> {
  await giveUp(context, notices, { error, wasTaken: 'no more than before' })
  return { is: 'ended' }
}
