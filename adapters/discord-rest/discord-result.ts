import { DiscordAPIError, RateLimitError } from '@discordjs/rest'

export type DiscordFailure =
  /**
   * May work when tried again, with the same nonce. `limited`: Discord has had enough of this for now, be it messages or edits of
   * old ones (`edits`: another message may still go out).
   */
  | { outcome: 'later'; retryAfterS: number; message: string; limited?: 'messages' | 'edits' }
  /** Will not work: `code` is Discord's own number, such as 50007 for somebody who takes no direct messages. */
  | { outcome: 'refused'; code: number; message: string }

/** What came of asking for something: it was done, with what was found, or it failed. */
export type Done<Found = unknown> = ({ outcome: 'done' } & Found) | DiscordFailure

/** Thread is archived: nothing in there can be edited, and what is posted opens it again. */
const archivedCode = 50_083
/** A thread that stays archived when something is posted, and one that is locked while it is open. */
const lockedCodes: ReadonlySet<number> = new Set([archivedCode, 160_005])
/** Unknown Channel, Missing Access, Missing Permissions, a locked thread: nothing that is said there can help. */
const channelCodes: ReadonlySet<number> = new Set([10_003, 50_001, 50_013, ...lockedCodes])

/** Whether it is the channel that refuses, whatever the message says. */
export const refusesChannel = (result: { outcome: string; code?: number }): boolean =>
  result.outcome === 'refused' && channelCodes.has(result.code ?? 0)

/** Whether it is an edit that a thread takes once it is open. */
export const isArchived = (result: { outcome: string; code?: number }): boolean =>
  result.outcome === 'refused' && result.code === archivedCode

/** Whether it is a thread that is locked. */
export const isLocked = (result: { outcome: string; code?: number }): boolean =>
  result.outcome === 'refused' && lockedCodes.has(result.code ?? 0)

/** Discord does not know our token (any more). Every further call would count towards a ban of our address. */
export class DiscordTokenError extends Error {
  override readonly name = 'DiscordTokenError'

  constructor(options?: ErrorOptions) {
    super('Discord refuses the bot’s token. Put a valid one into DISCORD_TOKEN and start again.', options)
  }
}

/** What passes by itself although it is said with a status below 500, and whether Discord has had enough of something. */
const passingCodes: ReadonlyMap<number, 'messages' | 'edits' | null> = new Map([
  // Direct messages are opened too fast; too many edits of messages that are older than an hour.
  [40_003, 'messages'],
  [30_046, 'edits'],
  // Sending, or something else, is switched off at Discord for a while; it is overloaded.
  [40_004, null],
  [40_006, null],
  [130_000, null],
])

const unknownWaitS = 5
/** How long Discord minds edits of old messages is not said. */
const editsWaitS = 60

/** Sorts what the REST client throws. */
export function failureOf(error: unknown): DiscordFailure | 'token refused' {
  if (error instanceof RateLimitError) {
    return {
      outcome: 'later',
      retryAfterS: Math.ceil(error.retryAfter / 1000),
      message: 'rate limited',
      limited: 'messages',
    }
  }
  if (error instanceof DiscordAPIError) {
    if (error.status === 401) return 'token refused'
    const code = Number(error.code)
    // No word of Discord's about what was asked: a proxy on the way, Cloudflare, or an error that it has no number for.
    if (!(code > 0))
      return { outcome: 'later', retryAfterS: unknownWaitS, message: `${error.status}: ${error.message}` }
    const limited = passingCodes.get(code)
    if (limited === undefined) return { outcome: 'refused', code, message: error.message }
    const retryAfterS = limited === 'edits' ? editsWaitS : unknownWaitS
    return { outcome: 'later', retryAfterS, message: error.message, ...(limited ? { limited } : {}) }
  }
  // Everything else is a 5xx that stayed, a timeout, or no connection at all.
  const message = error instanceof Error ? error.message : String(error)
  return { outcome: 'later', retryAfterS: unknownWaitS, message }
}
