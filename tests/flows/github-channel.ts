import { rows } from '../../domain/store/database.ts'
import { newId } from '../../domain/store/new-id.ts'
import type { DiscordMessage, DiscordStandIn } from '../../sandbox/discord/stand-in.ts'
import { discordNames, startTestDiscord } from '../_support/discord.ts'
import { createWorld, waitUntil, type World } from '../_support/world.ts'
import { startTestApi, type TestApi } from '../api/api-server.ts'
import { deliver, webhookSecret } from '../api/hooks/github-hook.ts'

/** Discord takes a few messages at a time in each channel, so each test has one of its own, and more. */
const channelIds = Array.from({ length: 300 }, (_, at) => String(700_000_000_000_000_001n + BigInt(at)))

/** A channel of Discord that is told what GitHub tells: the API, a worker and the stand-in. */
export type GithubChannel = {
  api: TestApi
  world: World
  discord: DiscordStandIn
  /** Delivers and waits until the channel shows what came of it; gives what became of the delivery. */
  tell: (event: string, payload: unknown, headers?: Record<string, string>) => Promise<string>
  /** What the channel shows, or another, oldest first. */
  shown: (channelId?: string | null) => Shown[]
  messages: () => DiscordMessage[]
  /** A channel that shows nothing as yet. */
  anotherChannel: () => string
  /** From now on these events go to this channel. */
  ruleFor: (event: string, channelId: string | null) => Promise<void>
  /** From now on every event goes to the channel, also those that are not news. */
  tellEverything: () => Promise<void>
  /** As if nothing had ever been told, in an empty channel. */
  startAnew: () => Promise<void>
}

export type Shown = {
  title: string
  url: string | null
  text: string
  fields: Record<string, string>
  colour: number | null
}

export async function openGithubChannel(): Promise<GithubChannel> {
  const discord = await startTestDiscord({
    channels: channelIds.map((id, at) => ({ id, name: `workflows-${at}` })),
  })
  const api = await startTestApi(undefined, {
    settings: { githubWebhookSecret: webhookSecret },
  })
  const world = await createWorld({ databaseUrl: api.databaseUrl })
  await world.worker({}, { DISCORD_TOKEN: discordNames.token, DISCORD_API_URL: discord.url })
  const channels = channelIds.values()
  const anotherChannel = () => {
    const { value } = channels.next()
    if (value === undefined) throw new Error('there are no more channels')
    return value
  }
  const ruleFor = async (event: string, channelId: string | null) => {
    await rows(
      world.db,
      `insert into notice_rule (id, source, event, place_kind, place_id) values (:id, 'github', :event, 'channel', :channelId)`,
      { id: newId(), event, channelId },
    )
  }
  const messages = (channelId = api.context.settings.workflowChannelId) => discord.messagesIn(channelId ?? '')
  const settled = async () => {
    await waitUntil('the channel has been told', async () => {
      const [waiting] = await rows(
        world.db,
        `with hurried as (update notice set due_at = now() where state = 'queued' and due_at > now() returning 1)
         select pg_notify('outbox', ''), (select count(*) from hurried) from notice where state = 'queued' limit 1`,
      )
      return waiting === undefined ? true : null
    })
    const failed = await rows(world.db, `select error from notice where state = 'failed'`)
    if (failed.length > 0) throw new Error(`Discord would not have it: ${JSON.stringify(failed)}`)
  }
  return {
    api,
    world,
    discord,
    tell: async (event, payload, headers) => {
      const answer = await deliver(api, event, payload, headers)
      if (answer.status !== 202) throw new Error(`${answer.status}: ${answer.text}`)
      await settled()
      return answer.json<{ outcome: string }>().outcome
    },
    messages: () => messages(),
    anotherChannel,
    ruleFor,
    shown: (channelId) =>
      messages(channelId).flatMap(({ embeds }) =>
        embeds.map(({ title, url, description, fields, color }) => ({
          title: title ?? '',
          url: url ?? null,
          // When it happened long ago, that is told first.
          text: (description ?? '').replace(/^-# 🕓.*\n*/, ''),
          fields: Object.fromEntries((fields ?? []).map(({ name, value }) => [name, value])),
          colour: color ?? null,
        })),
      ),
    tellEverything: () => ruleFor('*', api.context.settings.workflowChannelId),
    startAnew: async () => {
      await api.sql(
        'delete from notice_rule; delete from notice; delete from topic; delete from workflow; delete from delivery',
      )
      api.context.settings.workflowChannelId = anotherChannel()
    },
  }
}
