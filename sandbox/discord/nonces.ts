import type { DiscordState, StoredMessage } from './state.ts'
import type { DiscordMessage, MessageBody } from './wire.ts'

/** How long an enforced nonce is remembered: Discord says "the past few minutes". */
const nonceMemoryMs = 5 * 60_000

/** The message that an enforced nonce has already made in this channel, if Discord would still remember it. */
export function messageOfNonce(
  state: DiscordState,
  channelId: string,
  { nonce, enforce_nonce }: MessageBody,
): StoredMessage | undefined {
  if (nonce === undefined || nonce === null || !enforce_nonce) return undefined
  const known = state.nonces.get(`${channelId}/${nonce}`)
  return known && isRemembered(state, known) ? state.messages.get(known.messageId) : undefined
}

/** What the bot says again with this nonce, in this channel, is that message. */
export function rememberNonce(
  state: DiscordState,
  { nonce }: MessageBody,
  { id, channel_id }: DiscordMessage,
): void {
  if (nonce !== undefined && nonce !== null)
    state.nonces.set(`${channel_id}/${nonce}`, { messageId: id, at: state.now() })
}

/** The nonces that Discord still remembers, by the id of the message that each has made. */
export const noncesByMessage = (state: DiscordState): Map<string, string> =>
  new Map(
    [...state.nonces].flatMap(([key, known]) =>
      isRemembered(state, known) ? [[known.messageId, key.slice(key.indexOf('/') + 1)]] : [],
    ),
  )

const isRemembered = (state: DiscordState, { at }: { at: number }): boolean =>
  state.now() - at <= nonceMemoryMs
