// Not all of discord.js: the gateway, which a process without one would keep in memory, is most of it.
import { type RateLimitData, REST } from '@discordjs/rest'
import {
  type RESTPatchAPIChannelMessageJSONBody,
  type RESTPostAPIChannelMessageJSONBody,
  Routes,
} from 'discord-api-types/v10'
import type { Logger } from 'pino'
import { type DiscordFailure, DiscordTokenError, type Done, failureOf } from './discord-result.ts'
import { type FoundMessage, findOwnMessage, type SoughtMessage } from './find-message.ts'
import { type GuildReading, readingGuilds } from './read-guild.ts'
import { shortNonce } from './short-nonce.ts'

export type DiscordRestOptions = {
  token: string
  /** Discord's own when left out; `/v10` is appended. */
  apiUrl?: string
  log: Logger
  /** For one attempt, in milliseconds. */
  timeoutMs?: number
  /** For how many milliseconds rate limits are waited for in all, from the first one on; without it two seconds for each wait. */
  patienceMs?: number
}

export type NewMessage = Omit<RESTPostAPIChannelMessageJSONBody, 'nonce' | 'enforce_nonce'>
/** A file that a message brings, in place of those that it has. */
export type TextFile = { name: string; text: string }
export type MessageResult = { outcome: 'sent'; channelId: string; messageId: string } | DiscordFailure

/**
 * What a process without a gateway says to Discord. A body mentions nobody unless it brings its own
 * `allowed_mentions`. `nonce` is the caller's id of the message: said again within minutes, Discord shows the
 * message once. Everything throws {@link DiscordTokenError} once the token was refused, and nothing else.
 */
export type DiscordRest = GuildReading & {
  sendDirectMessage(
    userId: string,
    body: NewMessage,
    nonce: string,
    file?: TextFile | null,
  ): Promise<MessageResult>
  sendChannelMessage(
    channelId: string,
    body: NewMessage,
    nonce: string,
    file?: TextFile | null,
  ): Promise<MessageResult>
  /** Without `file` the message keeps those that it has; null: it has none any more. */
  editChannelMessage(
    channelId: string,
    messageId: string,
    body: RESTPatchAPIChannelMessageJSONBody,
    file?: TextFile | null,
  ): Promise<MessageResult>
  /** Takes a message of our own away. */
  deleteChannelMessage(channelId: string, messageId: string): Promise<Done>
  /** Gets a thread out of the archive: nothing in there can be edited. One that is locked stays there but for moderators. */
  openThread(threadId: string): Promise<Done>
  /**
   * Looks for a message of our own in what was said since a moment, in a channel or in the direct messages with somebody: by its
   * nonce as long as Discord shows that, else by what it says.
   */
  findMessage(to: { kind: 'channel' | 'member'; id: string }, sought: SoughtMessage): Promise<FoundMessage>
  addRole(guildId: string, userId: string, roleId: string): Promise<Done>
  removeRole(guildId: string, userId: string, roleId: string): Promise<Done>
}

/** Longer waits for a rate limit are handed to the caller. */
const longestWaitMs = 2000

export function createDiscordRest(options: DiscordRestOptions): DiscordRest {
  const { rest, attempt } = openRest(options)

  async function post(
    channelId: string,
    body: NewMessage,
    nonce: string,
    file: TextFile | null = null,
  ): Promise<MessageResult> {
    const whole = { ...mentioningNobody, ...body, nonce: shortNonce(nonce), enforce_nonce: true }
    return sent(await rest.post(Routes.channelMessages(channelId), withFile(whole, file)))
  }

  async function openDirectMessages(userId: string): Promise<string> {
    const channel = await rest.post(Routes.userChannels(), { body: { recipient_id: userId } })
    return (channel as { id: string }).id
  }

  return {
    ...readingGuilds(rest, attempt),

    sendDirectMessage: (userId, body, nonce, file) =>
      attempt('a direct message', async () => post(await openDirectMessages(userId), body, nonce, file)),

    sendChannelMessage: (channelId, body, nonce, file) =>
      attempt('a message', () => post(channelId, body, nonce, file)),

    editChannelMessage: (channelId, messageId, body, file) =>
      attempt('an edit', async () => {
        const whole = { ...mentioningNobody, ...body, ...(file === null ? { attachments: [] } : {}) }
        const request = withFile(whole, file ?? null)
        return sent(await rest.patch(Routes.channelMessage(channelId, messageId), request))
      }),

    deleteChannelMessage: (channelId, messageId) =>
      attempt('taking a message away', async () => {
        await rest.delete(Routes.channelMessage(channelId, messageId))
        return { outcome: 'done' }
      }),

    openThread: (threadId) =>
      attempt('opening a thread', async () => {
        await rest.patch(Routes.channel(threadId), { body: { archived: false } })
        return { outcome: 'done' }
      }),

    findMessage: ({ kind, id }, sought) =>
      attempt('looking for a message', async () =>
        findOwnMessage(rest, kind === 'channel' ? id : await openDirectMessages(id), sought),
      ),

    addRole: (guildId, userId, roleId) =>
      attempt('giving a role', async () => {
        await rest.put(Routes.guildMemberRole(guildId, userId, roleId))
        return { outcome: 'done' }
      }),

    removeRole: (guildId, userId, roleId) =>
      attempt('taking a role', async () => {
        await rest.delete(Routes.guildMemberRole(guildId, userId, roleId))
        return { outcome: 'done' }
      }),
  }
}

/** The way to Discord, and how every call goes it. */
export function openRest({ token, apiUrl, log, timeoutMs = 10_000, patienceMs }: DiscordRestOptions) {
  const rest = new REST({
    ...(apiUrl === undefined ? {} : { api: apiUrl }),
    timeout: timeoutMs,
    retries: 1,
    rejectOnRateLimit:
      patienceMs === undefined ? ({ retryAfter }) => retryAfter > longestWaitMs : endsAfter(patienceMs),
  }).setToken(token)
  let isTokenDead = false

  async function attempt<Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer | DiscordFailure> {
    if (isTokenDead) throw new DiscordTokenError()
    try {
      return await ask()
    } catch (error) {
      const failure = failureOf(error)
      if (failure === 'token refused') {
        // The library has forgotten the token by now and would throw something else from here on.
        isTokenDead = true
        throw new DiscordTokenError({ cause: error })
      }
      log.warn(failure, `Discord: ${what} failed`)
      return failure
    }
  }

  return { rest, attempt }
}

/** Whether a wait would end later than so long after the first one began. The library may ask twice about the same wait. */
function endsAfter(patienceMs: number): (limit: RateLimitData) => boolean {
  let latest: number | null = null
  return ({ retryAfter }) => {
    const now = performance.now()
    latest ??= now + patienceMs
    return now + retryAfter > latest
  }
}

const mentioningNobody = { allowed_mentions: { parse: [] } }

/** As multipart, where there is a file. */
function withFile<Body extends object>(body: Body, file: TextFile | null) {
  if (file === null) return { body }
  return {
    body: { ...body, attachments: [{ id: 0, filename: file.name }] },
    files: [{ name: file.name, data: Buffer.from(file.text), contentType: 'text/plain; charset=utf-8' }],
  }
}

function sent(answer: unknown): MessageResult {
  const { id, channel_id } = answer as { id: string; channel_id: string }
  return { outcome: 'sent', channelId: channel_id, messageId: id }
}
