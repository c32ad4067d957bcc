import type { Directory } from '../adapters/ldap/directory.ts'
import type { FactualKind, IncidentFacts } from '../domain/contracts/incident-facts.ts'
import type { Database } from '../domain/store/database.ts'
import { poolUse } from '../domain/store/pool-use.ts'

/** What the workers, with connections and an account of their own, don't meet: they tell of theirs under another key. */
export type OwnTrouble<Kind extends FactualKind = FactualKind> = {
  key: string
  kind: Kind
  /** What is wrong now, but for how long it has been; null where nothing is. Never rejects. */
  see: () => Promise<Omit<IncidentFacts[Kind], 'sinceS'> | null>
}

/** Requests wait for a connection to Postgres. */
export const exhaustedPool = (db: Database): OwnTrouble<'pool-exhausted'> => ({
  key: 'pool-exhausted api',
  kind: 'pool-exhausted',
  see: async () => {
    const { waiting, max } = poolUse(db)
    return waiting === 0 ? null : { process: 'api', waiting, max }
  },
})

/** A bind more: seldom enough for any server. */
const usuallyAskAgainMs = 10_000

/**
 * The directory answers, and refuses the account by which people are found: nobody can sign in. One that is away is for the workers to tell.
 */
export function refusedAccount(
  directory: Pick<Directory, 'refusal'>,
  askAgainMs = usuallyAskAgainMs,
): OwnTrouble<'directory-away'> {
  let refusal: Awaited<ReturnType<Directory['refusal']>> = null
  let askedAt = Number.NEGATIVE_INFINITY
  return {
    key: 'directory-away api',
    kind: 'directory-away',
    see: async () => {
      if (performance.now() - askedAt >= askAgainMs) {
        askedAt = performance.now()
        refusal = await directory.refusal()
      }
      return refusal && { reason: refusal.message, refused: 'api' }
    },
  }
}
