import type { Directory } from '../adapters/ldap/directory.ts'
import type { DirectoryFailure } from '../adapters/ldap/failure.ts'
import type { FactualKind, IncidentFacts } from '../domain/contracts/incident-facts.ts'
import type { Database } from '../domain/store/database.ts'
import { poolUse } from '../domain/store/pool-use.ts'

/** What the workers, with connections and an account of their own, don't meet: they tell of theirs under another key. */
export type OwnTrouble<Kind extends FactualKind = FactualKind> = {
  key: string
  kind: Kind
  /** What is known to be wrong now, but for how long it has been; null where nothing is. */
  see: () => Omit<IncidentFacts[Kind], 'sinceS'> | null
}

/** Requests wait for a connection to Postgres. */
export const exhaustedPool = (db: Database): OwnTrouble<'pool-exhausted'> => ({
  key: 'pool-exhausted api',
  kind: 'pool-exhausted',
  see: () => {
    const { waiting, max } = poolUse(db)
    return waiting === 0 ? null : { process: 'api', waiting, max }
  },
})

/** A bind more: seldom enough for a server that takes it. */
const usuallyAskAgainMs = 10_000
/** One that refuses us counts what it refuses, and may lock our account. */
const mostRefusedMs = 60_000

/**
 * The directory answers, and refuses the account by which people are found: nobody can sign in. One that is away is for the workers to tell.
 * It is asked in the background, and ever more seldom while it refuses: nobody who looks waits for it.
 */
export function refusedAccount(
  directory: Pick<Directory, 'refusal'>,
  askAgainMs = usuallyAskAgainMs,
): OwnTrouble<'directory-away'> {
  let refusal: DirectoryFailure | null = null
  let refusals = 0
  let askAt = Number.NEGATIVE_INFINITY
  const ask = async () => {
    askAt = Number.POSITIVE_INFINITY
    const answer = await directory.refusal()
    // Without an answer it is as it was: nothing says that the account is taken now.
    if (answer !== undefined) {
      refusal = answer
      refusals = answer === null ? 0 : refusals + 1
    }
    askAt = performance.now() + Math.min(mostRefusedMs, askAgainMs * 2 ** Math.max(0, refusals - 1))
  }
  return {
    key: 'directory-away api',
    kind: 'directory-away',
    see: () => {
      if (performance.now() >= askAt) void ask()
      return refusal && { reason: refusal.message, refused: 'api' }
    },
  }
}
