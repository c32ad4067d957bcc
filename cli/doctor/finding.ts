import type { DiscordFailure } from '../../adapters/discord-rest/discord-result.ts'

/** `right`: ✓, `wrong`: ✗, `doubtful`: works, and yet somebody should look; `unknown`: it could not be checked. */
export type FindingState = 'right' | 'wrong' | 'doubtful' | 'unknown'

/** What one check found: a line for a person, and what to do where it is not right. */
export type Finding = { check: string; state: FindingState; says: string; remedy?: string }

/** The checks of one area, each said as soon as it is known. What it throws counts as: could not be checked. */
export type Area = { name: string; check: () => AsyncGenerator<Finding> }

export const right = (check: string, says: string): Finding => ({ check, state: 'right', says })

export const wrong = (check: string, says: string, remedy: string): Finding => ({
  check,
  state: 'wrong',
  says,
  remedy,
})

export const doubtful = (check: string, says: string, remedy: string): Finding => ({
  check,
  state: 'doubtful',
  says,
  remedy,
})

export const unknown = (check: string, says: string, remedy: string): Finding => ({
  check,
  state: 'unknown',
  says,
  remedy,
})

/** What Discord refuses is wrong; what may pass by itself is not known. */
export function refused(check: string, failure: DiscordFailure, remedy: string): Finding {
  if (failure.outcome === 'refused') return wrong(check, `Discord refuses it: ${failure.message}`, remedy)
  return unknown(
    check,
    `Discord gave no answer: ${failure.message}`,
    failure.limited === undefined
      ? 'See status.discord.com, then look again.'
      : `Too much is asked with this token: look again in ${failure.retryAfterS} s.`,
  )
}

/** The message of whatever was thrown, on one line. */
export function reasonOf(error: unknown): string {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error
  const message = inner instanceof Error ? inner.message || inner.name : String(inner)
  return message.replaceAll(/\s+/g, ' ').trim()
}

/** What can't be looked at as long as Postgres does not answer, or has no schema: another check tells of that. */
export const withoutPostgres = (check: string, error: unknown): Finding =>
  unknown(check, `could not be read: ${reasonOf(error)}`, 'Mend Postgres first, then look again.')
