import { beforeAll, beforeEach, expect } from 'vitest'
import type { MessageResult } from '../../../adapters/discord-rest/create-discord-rest.ts'
import { rows } from '../../../domain/store/database.ts'
import { raiseAlert } from '../../../domain/store/incidents/raise-alert.ts'
import { placeholderCard } from '../../../texts/notices/card-message.ts'
import { testLog } from '../../_support/world.ts'
import { freeChannels, manyChannels, outboxStory, type Queued } from './_outbox.ts'

/** Longer than Discord is in trouble for once. */
export const long = { forS: 11 * 60 }
const placeholderText = placeholderCard(null).embeds?.[0]?.description ?? ''
/** How `shown` gives what stands in the place of a topic that is stuck, and of an incident. */
export const placeholder = { topic: `(${placeholderText})`, incident: placeholderText }

/** As if Discord had failed. */
export const untaken: MessageResult = {
  outcome: 'later',
  retryAfterS: 5,
  message: 'Internal Server Error',
}

type Hook = (channelId: string, body: object) => Promise<void>

/** The stories of a file: one worker, and a channel for each, in which Discord answers what a story says. */
export function channelStories() {
  const freeChannel = freeChannels()
  let opened: Awaited<ReturnType<typeof outboxStory>> | null = null
  let id = ''
  /** Whatever says one of these is answered like that, and is not there. */
  const answers = new Map<string, MessageResult>()
  /** What says one of these is taken, and nobody hears of it. */
  const lost = new Set<string>()
  const hooks: { onLook: (() => Promise<void>) | null; onPosted: Hook | null; onEdited: Hook | null } = {
    onLook: null,
    onPosted: null,
    onEdited: null,
  }
  const answerTo = (body: unknown) => {
    const said = JSON.stringify(body)
    if (said.includes('unforeseen')) throw new TypeError('nobody foresaw this')
    return [...answers].find(([word]) => said.includes(word))?.[1] ?? null
  }
  const isLost = (body: unknown) => [...lost].some((word) => JSON.stringify(body).includes(word))
  const story = () => {
    if (opened === null) throw new Error('the story has not begun')
    return opened
  }

  beforeAll(async () => {
    opened = await outboxStory(undefined, { channels: manyChannels })
    const { rest } = opened
    await opened.start(
      {
        sendChannelMessage: async (to, body, ...more) => {
          const answer = answerTo(body)
          if (answer !== null) return answer
          const posted = await rest.sendChannelMessage(to, body, ...more)
          await hooks.onPosted?.(to, body)
          if (isLost(body)) throw new TypeError('nobody heard that it was taken')
          return posted
        },
        editChannelMessage: async (to, messageId, body, ...more) => {
          const answer = answerTo(body)
          if (answer !== null) return answer
          const edited = await rest.editChannelMessage(to, messageId, body, ...more)
          await hooks.onEdited?.(to, body)
          return isLost(body) ? untaken : edited
        },
        findMessage: async (...sought) => {
          const found = await rest.findMessage(...sought)
          await hooks.onLook?.()
          return found
        },
        sendDirectMessage: async (to, body, ...more) =>
          answerTo(body) ?? rest.sendDirectMessage(to, body, ...more),
      },
      { ALERT_MAIL_TO: 'ops@example.org' },
    )
  })
  beforeEach(() => {
    id = freeChannel()
    answers.clear()
    lost.clear()
    Object.assign(hooks, { onLook: null, onPosted: null, onEdited: null })
  })

  /** What the channel shows, message by message. */
  const shown = () =>
    story()
      .discord.messagesIn(id)
      .map(({ content, embeds }) =>
        [
          content,
          ...embeds.map(({ title, description }) => title?.replace(/^\S+ /, '') ?? `(${description})`),
        ]
          .filter((text) => text !== '')
          .join(' + '),
      )

  return {
    story,
    answers,
    lost,
    hooks,
    /** The channel of the story. */
    id: () => id,
    shown,
    untilShown: async (texts: readonly unknown[]) => {
      await expect.poll(shown, { timeout: 20_000 }).toEqual(texts)
    },
    /** Discord never takes what says one of these. */
    refuseToTake: (...words: string[]) => {
      for (const word of words) answers.set(word, untaken)
    },
    /** It was passed over twice, ten minutes ago, and is tried again. */
    passedOverTwice: async ({ noticeId }: Pick<Queued, 'noticeId'>) => {
      await rows(
        story().db,
        `update notice set due_at = now(),
           body = body || jsonb_build_object('passedOver', jsonb_build_object('times', 2, 'since', now() - interval '11 minutes'))
         where id = :noticeId`,
        { noticeId },
      )
      await story().endRest()
    },
    /** How often it was passed over. */
    passedOver: async ({ noticeId }: Pick<Queued, 'noticeId'>) => {
      const [row] = await rows<{ times: number | null }>(
        story().db,
        `select (body #>> '{passedOver,times}')::integer as times from notice where id = :noticeId`,
        { noticeId },
      )
      return row?.times ?? null
    },
    /** Something that waits for its time is due. */
    dueNow: async () => {
      await rows(story().db, 'update notice set due_at = now() where destination_id = :id', { id })
      await story().wake()
    },
    raise: (content: string) =>
      raiseAlert(
        { db: story().db, alertTo: { channelId: id, mailTo: 'ops@example.org' }, log: testLog },
        { key: `stuck ${id}`, kind: 'removals-held', content, subject: `Six wait in ${id}`, text: content },
      ),
    /** The incident began five minutes ago. */
    beganLongAgo: () =>
      rows(story().db, `update incident set began_at = now() - interval '5 minutes' where key = :key`, {
        key: `stuck ${id}`,
      }),
  }
}

/** The only ones, as many as `titles` that were queued. */
export function allOf<Count extends 1 | 2>(queued: readonly Queued[], count: Count) {
  if (queued.length < count) throw new Error(`${count} were to be queued`)
  return queued as Count extends 1 ? readonly [Queued, ...Queued[]] : readonly [Queued, Queued, ...Queued[]]
}
