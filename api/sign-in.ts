import type { FastifyBaseLogger } from 'fastify'
import { createHash } from 'node:crypto'
import type { PersonEntry } from '../domain/contracts/directory.ts'
import { Refusal } from '../domain/contracts/refusal.ts'
import { networkOf } from '../domain/rules/network-of.ts'
import { recordRefusedLogin } from '../domain/store/sessions/record-refused-login.ts'
import type { Context, Limiter } from './context.ts'
import { recordUntriedLogin } from './record-untried-login.ts'

export type SignIn =
  | { kind: 'person'; person: PersonEntry }
  | { kind: 'wrong-password'; entryUuid: string | null }
  | { kind: 'blank' }
  /** `limitedBy`: what had been counted too often. */
  | { kind: 'too-many'; retryAfterS: number; limitedBy: string; entryUuid: string | null }
  | { kind: 'away'; retryAfterS: number }

export const awayForNow = { kind: 'away', retryAfterS: 30 } as const

type Credentials = {
  username: string
  password: string
  address: string
  /** The link page that it was typed into, if it was one. */
  attemptId: string | null
  requestId: string
  log: FastifyBaseLogger
}

/**
 * Tries a password at the directory. Only refused passwords count, but each is counted before it is tried, so that many
 * at once don't slip through: where it came from, the name that was typed, and the person whom that name found, by whatever
 * other name they can be found. So nobody can be driven into the directory's own lockout from here, and what is
 * refused to one person counts against nobody else. A wrong password is recorded. Refusals come no earlier than
 * `refusalFloor` says, so that how long one took does not tell whether there is such a person.
 */
export async function signIn(context: Context, credentials: Credentials): Promise<SignIn> {
  const { username, password } = credentials
  // Nobody's, and not worth a try: some directories take a bind without a password for an anonymous one (RFC 4513, 5.1.2).
  if (username.trim() === '' || password.trim() === '') return { kind: 'blank' }
  const floor = context.refusalFloor()
  const signedIn = await tryPassword(context, credentials)
  if (signedIn.kind === 'person') return signedIn
  const { address, requestId } = credentials
  if (signedIn.kind === 'wrong-password') {
    const { entryUuid } = signedIn
    await recordRefusedLogin(context.db, { entryUuid, address, outcome: 'wrong_password', requestId })
  }
  if (signedIn.kind === 'too-many') {
    const { entryUuid, limitedBy: key } = signedIn
    await recordUntriedLogin(context, { entryUuid, address, outcome: 'limited', requestId, key })
  }
  if (signedIn.kind === 'away') {
    const key = clientOf(address)
    await recordUntriedLogin(context, { entryUuid: null, address, outcome: 'directory_away', requestId, key })
  }
  await floor
  return signedIn
}

async function tryPassword(
  { directory, limits }: Context,
  { username, password, address, attemptId, log }: Credentials,
): Promise<SignIn> {
  const counted: [Limiter, string][] = []
  let limitedBy = ''
  let entryUuid: string | null = null
  const count = async (limiter: Limiter, key: string) => {
    limitedBy = key
    await limiter.consume(key)
    counted.push([limiter, key])
  }
  const takeBack = async () => {
    for (const [limiter, key] of counted) await limiter.refund(key)
  }
  try {
    if (attemptId !== null) await count(limits.refusedByAttempt, attemptId)
    await count(limits.refusedByAddress, clientOf(address))
    await count(limits.refusedByUsername, nameKey(username))
    const person = await directory.authenticate(username.trim(), password, async (found) => {
      entryUuid = found?.entryUuid ?? null
      // For nobody too: what is done for a name must not depend on whether it is somebody's.
      await count(limits.refusedByPerson, entryUuid ?? `nobody ${nameKey(username)}`)
    })
    if (person === null) return { kind: 'wrong-password', entryUuid }
    await takeBack()
    return { kind: 'person', person }
  } catch (cause) {
    if (cause instanceof Refusal && cause.code === 'TOO_MANY_REQUESTS') {
      // This password was not tried, so it uses up nothing of the limits that had let it through.
      await takeBack()
      return { kind: 'too-many', retryAfterS: cause.retryAfterS ?? 60, limitedBy, entryUuid }
    }
    log.warn({ err: cause }, 'the directory did not answer whether a password is right')
    await takeBack()
    return awayForNow
  }
}

/** Whoever has one address of IPv6 has the 2^64 that begin alike (RFC 6177). */
const clientOf = (address: string): string => networkOf(address, { bytes: 4, groups: 4 })

/**
 * The key of a user name as the directory compares it (caseIgnoreMatch with its string preparation, RFC 4518), so that
 * another spelling does not count as another name. Hashed: people type passwords into the wrong field.
 */
function nameKey(username: string): string {
  const prepared = username
    .normalize('NFKC')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase()
    .replaceAll(/\s+/gu, ' ')
    .trim()
  return createHash('sha256').update(prepared).digest('base64url')
}
