import { refusesChannel } from '../../adapters/discord-rest/discord-result.ts'
import { printOf } from '../../adapters/discord-rest/message-print.ts'
import type { WaitingNotice } from '../../domain/store/destination-queue.ts'
import type { Locale } from '../../domain/contracts/locale.ts'
import { endNotice } from '../../domain/store/end-notice.ts'
import { postponeNotices } from '../../domain/store/put-back-notices.ts'
import { knownLocale } from '../../domain/store/read-locale.ts'
import { readTopicsOfNotices, type TopicOfNotice } from '../../domain/store/read-topic-of-notice.ts'
import { toldTopics } from '../../domain/store/topic-notice.ts'
import { cardMessage, type CardMessage } from '../../texts/notices/card-message.ts'
import { cardOf } from '../../texts/notices/card-of.ts'
import type { WorkerContext } from '../context.ts'
import { type Delivered, giveUp, notTaken } from './not-taken.ts'
import { showOnce } from './show-once.ts'

type Words = { message: CardMessage; file: { name: string; text: string } | null; otherPrints: string[] }

/**
 * Posts the message of a topic, or edits it, so that it says how the topic is now. Several that waited for long are shown in one
 * message, a digest; `digest` is its nonce. Null when Discord refuses the digest: then they are told one by one.
 */
export async function tellTopics(
  context: WorkerContext,
  notices: readonly WaitingNotice[],
  digest: string | null,
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
  const shown = notices.flatMap((notice) => {
    const topic = told.get(notice.id)
    return topic ? { ...notice, topic, revision: topic.revision } : []
  })
  const [first] = shown
  if (!first) return { is: 'ended' }
  const isDigest = shown.length > 1
  let words: Words
  try {
    words = wordTopics(topics, await knownLocale(db), isDigest ? null : mentionOf(first, first.topic))
  } catch (error) {
    log.error({ err: error, notices: shown.map(({ id }) => id) }, 'a notice could not be put into words')
    return isDigest ? oneByOne(context, shown, String(error)) : given(context, shown, String(error))
  }
  const { message, file, otherPrints } = words
  const result = await showOnce(context, first, {
    to: { kind: 'channel', id: first.destinationId },
    message,
    file,
    nonce: digest ?? first.id,
    messageId: first.messageId,
    otherPrints,
  })
  if (result.outcome === 'refused' && !refusesChannel(result) && isDigest)
    return oneByOne(context, shown, result.message)
  if (result.outcome !== 'sent') return notTaken(context, shown, result, { print: printOf(message) })
  await toldTopics(db, shown, { messageId: result.messageId, inDigest: digest !== null })
  return { is: 'taken' }
}

function wordTopics(topics: readonly TopicOfNotice[], locale: Locale, mention: string | null): Words {
  const word = (isLate: (topic: TopicOfNotice) => boolean) =>
    cardMessage(
      topics.map((one) => ({
        card: cardOf(one.topic, locale),
        happenedAt: one.topic.happenedAt,
        isLate: isLate(one),
      })),
      mention,
      locale,
    )
  const words = word(({ isLate }) => isLate)
  // Sent before, it may not have been late yet.
  return { ...words, otherPrints: [printOf(word(() => false).message)] }
}

/** Whoever is to be called is called once, and only as long as there is reason to. */
function mentionOf(
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
  await postponeNotices(context.db, notices, { error, inMs: 0, counts: false, print: null })
  return null
}

async function given(
  context: WorkerContext,
  notices: readonly WaitingNotice[],
  error: string,
): Promise<Delivered> {
  await giveUp(context, notices, { error, wasTaken: 'no more than before' })
  return { is: 'ended' }
}
