import type { FastifyBaseLogger } from 'fastify'
import { createHash } from 'node:crypto'
import { Refusal } from '../../domain/contracts/refusal.ts'
import type { Context, Limiter } from '../context.ts'

export type SignIn =
  | { kind: 'person'; entryUuid: string }
  | { kind: 'wrong-password' }
  | { kind: 'too-many'; retryAfterS: number }
  | { kind: 'away' }

type Credentials = {
  username: string
  password: string
  address: string
  attemptId: string
  log: FastifyBaseLogger
}

/**
 * Tries a password at the directory. Only refused passwords count, but each is counted before it is tried, so that many
 * at once don't slip through; nobody's name can be driven into the directory's own lockout from here.
 */
export async function signIn({ directory, limits }: Context, credentials: Credentials): Promise<SignIn> {
  const { username, password, address, attemptId, log } = credentials
  const counted: [Limiter, string][] = []
  const count = async (limiter: Limiter, key: string) => {
    await limiter.consume(key)
    counted.push([limiter, key])
  }
  const takeBack = async () => {
    for (const [limiter, key] of counted) await limiter.refund(key, 1)
  }
  try {
    await count(limits.refusedByAttempt, attemptId)
    await count(limits.refusedByAddress, address)
    await count(limits.refusedByUsername, nameKey(username))
  } catch (cause) {
    if (!(cause instanceof Refusal) || cause.code !== 'TOO_MANY_REQUESTS') throw cause
    // This password is not tried, so it uses up nothing of the limits that had let it through.
    await takeBack()
    return { kind: 'too-many', retryAfterS: cause.retryAfterS ?? 60 }
  }
  try {
    const person = await directory.authenticate(username.trim(), password)
    if (person === null) return { kind: 'wrong-password' }
    await takeBack()
    return { kind: 'person', entryUuid: person.entryUuid }
  } catch (cause) {
    log.warn({ err: cause }, 'the directory did not answer whether a password is right')
    await takeBack()
    return { kind: 'away' }
  }
}

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
