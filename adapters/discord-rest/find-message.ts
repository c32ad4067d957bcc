import type { REST } from '@discordjs/rest'
import { type APIMessage, type APIUser, Routes } from 'discord-api-types/v10'
import type { DiscordFailure } from './discord-result.ts'
import { printOf } from './message-print.ts'
import { shortNonce } from './short-nonce.ts'

/**
 * A message that may have been taken since `since`, under this nonce, saying one of these things (see `printOf`). `others`: ids of
 * messages that may say the same and are something else.
 */
export type SoughtMessage = {
  since: Date
  nonce: string
  prints: readonly string[]
  others: readonly string[]
}

export type FoundMessage =
  | { outcome: 'found'; channelId: string; messageId: string; print: string }
  | { outcome: 'none' }
  | DiscordFailure

/** Their clock and ours may differ by this much. */
const marginMs = 60_000
/** Discord's ids count milliseconds since 2015 in their upper bits (API reference, "Snowflakes"). */
const discordEpochMs = 1_420_070_400_000
const perPage = 100
/** A message in doubt is among the first that came after the doubt began; so many pages hold a busy hour. */
const pagesAtMost = 10

/** @throws what the REST client throws. */
export async function findOwnMessage(
  rest: REST,
  channelId: string,
  { since, nonce, prints, others }: SoughtMessage,
): Promise<FoundMessage> {
  const own = (await rest.get(Routes.user())) as APIUser
  let after = BigInt(Math.max(0, since.getTime() - marginMs - discordEpochMs)) << 22n
  for (let page = 0; page < pagesAtMost; page += 1) {
    const query = new URLSearchParams({ after: String(after), limit: String(perPage) })
    const messages = (await rest.get(Routes.channelMessages(channelId), { query })) as APIMessage[]
    const ours = messages.filter(({ author, id }) => author.id === own.id && !others.includes(id))
    const found =
      ours.find((message) => String(message.nonce ?? '') === shortNonce(nonce)) ??
      ours.find((message) => prints.includes(printOf(message)))
    if (found) return { outcome: 'found', channelId, messageId: found.id, print: printOf(found) }
    if (messages.length < perPage) break
    after = messages.reduce((newest, { id }) => (BigInt(id) > newest ? BigInt(id) : newest), after)
  }
  return { outcome: 'none' }
}
