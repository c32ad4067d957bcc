import { join } from 'node:path'
import { expect, inject, type TestContext } from 'vitest'
import { createDiscordRest, type DiscordRest } from '../../../adapters/discord-rest/create-discord-rest.ts'
import { rows } from '../../../domain/store/database.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { renewTopicNotices } from '../../../domain/store/topics/tell-places.ts'
import { type Child, startChild } from '../../../sandbox/child.ts'
import type { DiscordMessage, DiscordStandInOptions, Trouble } from '../../../sandbox/discord/stand-in.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { compileCache } from '../../_support/compile-cache.ts'
import { discordNames, startTestDiscord } from '../../_support/discord.ts'
import { startTestMailSink } from '../../_support/servers.ts'
import { createWorld, testLog, waitUntil } from '../../_support/world.ts'

const { token } = discordNames
export const channelId = '400000000000000002'
export const otherChannelId = '400000000000000003'
const posting = { method: 'POST', path: /^\/channels\/\d+\/messages$/ } as const
export const reading = { method: 'GET', path: /^\/channels\/\d+\/messages$/ } as const

export type Queued = { topicId: string; noticeId: string; title: string }

/** Channels for stories that share a world: each has its own. */
export const manyChannels = Array.from({ length: 30 }, (_, at) => ({
  id: String(410_000_000_000_000_000n + BigInt(at)),
  name: `channel-${at}`,
}))

/** One of {@link manyChannels} after the other. */
export function freeChannels(): () => string {
  const left = manyChannels.values()
  return () => {
    const { value } = left.next()
    if (!value) throw new Error('there are more stories than channels: make more of them')
    return value.id
  }
}

/** Two channels of Discord, and an outbox whose notices go there; without `t` for all tests of a file. */
export async function outboxStory(
  t?: TestContext,
  { timeoutMs = 2000, ...options }: Partial<DiscordStandInOptions> & { timeoutMs?: number } = {},
) {
  const [world, mail] = await Promise.all([createWorld({}, t), startTestMailSink(t)])
  const discord = await startTestDiscord(
    {
      channels: [
        { id: channelId, name: 'workflows' },
        { id: otherChannelId, name: 'alerts' },
      ],
      ...options,
    },
    t,
  )
  const { db } = world
  const environment = { DISCORD_TOKEN: token, DISCORD_API_URL: discord.url, SMTP_URL: mail.url }
  const rest = createDiscordRest({ token, apiUrl: discord.url, log: testLog, timeoutMs })
  const said = (id = channelId) => discord.messagesIn(id).flatMap(titlesOf)

  const story = {
    ...world,
    mail,
    discord,
    rest,
    /** A worker in this process; `change` replaces some of what it does at Discord. */
    start: (
      change: Partial<DiscordRest> = {},
      settings: Record<string, string> = {},
      more: Parameters<typeof world.worker>[0] = {},
    ) =>
      world.worker(
        { ...more, discord: { ...rest, ...change }, followsDirectory: false },
        { ...environment, ...settings },
      ),
    /** A worker as a process of its own, which can be killed. */
    startProcess: async (): Promise<Child> => {
      const child = await startChild({
        name: 'worker',
        command: process.execPath,
        args: ['worker/main.ts'],
        cwd: join(import.meta.dirname, '../../..'),
        env: { PATH: process.env['PATH'], ...compileCache, ...world.workerEnvironment(environment) },
        logFile: join(inject('runDir'), 'logs', `worker-${newId()}.log`),
        isReady: async () => true,
        startWithinMs: 20_000,
      })
      cleanUpAfter(t, () => child.stop())
      return child
    },
    /** Has a developer's program have said these things, some time ago. */
    queue: async (
      titles: readonly string[],
      {
        agoS = 0,
        to = channelId,
        mention = null,
      }: { agoS?: number; to?: string; mention?: string | null } = {},
    ): Promise<Queued[]> => {
      const queued = titles.map((title) => ({ topicId: newId(), noticeId: newId(), title }))
      await rows(
        db,
        `with told as (
           insert into topic (id, source, event, severity, state, facts, happened_at)
           select "topicId", 'api', 'notice.told', case when :mention::text is null then 'info' else 'critical' end, 'open',
             jsonb_build_object('kind', 'own-notice', 'title', title, 'text', 'It happened.', 'fields', '[]'::jsonb, 'url', null,
               'by', jsonb_build_object('token', 'ci', 'username', 'alice')),
             now() - make_interval(secs => :agoS)
           from jsonb_to_recordset(:queued) as q("topicId" uuid, title text))
         insert into notice (id, kind, destination_kind, destination_id, topic_id, mention, body, created_at)
         select "noticeId", 'topic', 'channel', :to, "topicId", :mention, '{}', now() - make_interval(secs => :agoS)
         from jsonb_to_recordset(:queued) as q("topicId" uuid, "noticeId" uuid, at integer) order by at`,
        { queued: JSON.stringify(queued.map((one, at) => ({ ...one, at }))), agoS, to, mention },
      )
      await story.wake()
      return queued
    },
    /** It is told anew, in these words. */
    tellAnew: async ({ topicId }: Queued, title: string, state: 'open' | 'resolved' = 'open', inS = 0) => {
      await rows(
        db,
        `update topic set facts = facts || jsonb_build_object('title', :title::text), state = :state, count = count + 1,
           revision = revision + 1, happened_at = now() where id = :topicId`,
        { topicId, title, state },
      )
      await db.transaction(async (tx) => {
        await renewTopicNotices(tx, topicId)
        await rows(
          tx,
          'update notice set due_at = now() + make_interval(secs => :inS) where topic_id = :topicId',
          { topicId, inS },
        )
      })
      await story.wake()
    },
    wake: () => rows(db, `select pg_notify('outbox', '')`),
    /** What was in doubt has been so for a while, and Discord knows no nonce any more. */
    doubtLonger: async () => {
      discord.forgetNonces()
      await rows(
        db,
        `update notice set doubtful_since = doubtful_since - interval '10 minutes' where doubtful_since is not null`,
      )
    },
    /** The pause of a destination that took nothing is over. */
    endRest: async () => {
      await rows(db, 'update destination set resume_at = now() where resume_at > now()')
      await story.wake()
    },
    /** Waits until the worker has tried in vain, and would try again later; `to`: there. */
    untilItRests: (to: string | null = null) =>
      waitUntil('the channel rests', async () => {
        const [one] = await rows(
          db,
          'select 1 from destination where failures > 0 and lease_token is null and id = coalesce(:to, id)',
          { to },
        )
        return one ?? null
      }),
    /** Nothing is sent there until its rest is ended. */
    letRest: async (id: string, { failures = 0 }: { failures?: number } = {}) => {
      await waitUntil('nobody has it in hand', async () => {
        const [one] = await rows(
          db,
          `insert into destination (kind, id, failures, resume_at) values ('channel', :id, :failures, now() + interval '1 hour')
           on conflict (kind, id) do update set failures = excluded.failures, resume_at = excluded.resume_at
             where destination.lease_token is null
           returning 1`,
          { id, failures },
        )
        return one ?? null
      })
    },
    /** It was tried five times in a row, and so were the first `count` of what is queued there next, `forS` seconds long. */
    triedFiveTimes: async (id: string, { forS = 100, count = 1 }: { forS?: number; count?: number } = {}) => {
      await story.letRest(id, { failures: 5 })
      return async () => {
        await rows(
          db,
          `update notice set attempts = 5, doubtful_since = now() - make_interval(secs => :forS)
           where position in (select position from notice where destination_id = :id and state = 'queued' order by position limit :count)`,
          { id, forS, count },
        )
        await story.endRest()
      }
    },
    /** Whatever waits is tried again at once, until nothing does. */
    untilDone: (to: string) =>
      waitUntil('nothing waits there', async () => {
        await story.endRest()
        return (await story.states(to)).includes('queued') ? null : true
      }),
    script: (trouble: Pick<Trouble, 'answer'> & Partial<Trouble>) =>
      discord.script({ ...posting, times: 1, ...trouble }),
    /** The titles of what a channel shows, in order. */
    said,
    untilSaid: async (titles: readonly string[], id = channelId): Promise<void> => {
      await expect.poll(() => said(id), { timeout: 20_000 }).toEqual(titles)
    },
    states: async (to: string | null = null) => {
      const found = await rows<{ state: string }>(
        db,
        'select state from notice where destination_id = coalesce(:to, destination_id) order by position',
        { to },
      )
      return found.map(({ state }) => state)
    },
  }
  return story
}

/** What its cards are called, without the sign before it. */
export const titlesOf = ({ embeds }: DiscordMessage): string[] =>
  embeds.map(({ title }) => (title ?? '').replace(/^\S+ /, ''))
