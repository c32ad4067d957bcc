import type { FastifyReply, FastifyRequest } from 'fastify'
import { isIPv4 } from 'node:net'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Refusal } from '../../domain/contracts/refusal.ts'
import { networkOf } from '../../domain/rules/network-of.ts'
import type { Settings } from '../context.ts'
import { hashOf, isHashOf } from '../../domain/rules/secret-hash.ts'
import { bearerTokenOf } from './authenticate.ts'
import type { Server } from './typed-server.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What comes proves where it comes from, which its route looks at: it isn’t counted unless that fails. */
    provesItself?: true
  }
  interface FastifyInstance {
    /** Counts that a request failed to prove where it comes from. @throws {Refusal} TOO_MANY_REQUESTS where its address did too often. */
    countUnproven: (request: FastifyRequest) => Promise<void>
  }
}

export type AddressLimit = {
  perMinute: number
  /** How many addresses are remembered at most; beyond that the one whose minute began first is forgotten. */
  remembered: number
}

/** More than a person's browser needs, or everybody's behind one router; it is a fence, not a fair share. */
export const ordinaryAddressLimit: AddressLimit = { perMinute: 1200, remembered: 50_000 }

const windowS = 60
const uncounted = new Set<string | undefined>(['/healthz', '/readyz'])

export type AddressGuard = (
  request: FastifyRequest,
  reply: FastifyReply,
  done: (error?: Error) => void,
) => void

/**
 * Counts the requests of each client address, before anything else is done for them, and refuses what is too much (429). This
 * process counts for itself, so it works whatever is away. The bot speaks for all members from one address: whoever shows a
 * service token isn't counted, and neither are the probes of the platform, nor webhooks whose signature or token is right, however
 * much else comes from their address: a webhook is counted, and refused, where its proof fails. Pages are left to the guard that it
 * gives: there it comes after what gives them their headers, which a refusal needs, too.
 */
export function limitAddresses(
  server: Server,
  { serviceTokens }: Pick<Settings, 'serviceTokens'>,
  { perMinute, remembered }: AddressLimit,
): AddressGuard {
  const limiter = new RateLimiterMemory({ keyPrefix: '', points: perMinute, duration: windowS })
  const hashes = serviceTokens.map(hashOf)
  const remember = boundedMemory(remembered, (key) => void limiter.delete(key))

  const count = async (key: string) => {
    const { isFirstInDuration } = await limiter.consume(key)
    if (isFirstInDuration) remember(key)
  }
  const countOne = async ({ ip }: FastifyRequest) => {
    await count(addressKey(ip)).catch((reason: unknown) => {
      throw reason instanceof RateLimiterRes ? tooMany(reason) : reason
    })
  }
  const guard: AddressGuard = (request, _reply, done) => {
    const { url, config } = request.routeOptions
    if (uncounted.has(url) || isService(request, hashes)) return done()
    if (hasHungUp(request)) return done(hungUp())
    if (config.provesItself === true) return done()
    countOne(request).then(() => done(), done)
  }
  server.decorate('countUnproven', countOne)
  server.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.page === true) done()
    else guard(request, reply, done)
  })
  return guard
}

/**
 * Whoever reset their connection right after they asked has no address any more, and nobody reads an answer. Node remembers what it is
 * asked here, so that whoever leaves later is still counted and on record with theirs.
 */
const hasHungUp = ({ ip }: { ip: string | undefined }): boolean => ip === undefined

function isService(request: FastifyRequest, hashes: readonly Buffer[]): boolean {
  const token = bearerTokenOf(request)
  return token !== null && hashes.some((hash) => isHashOf(hash, token))
}

/** Whoever has one address of IPv6 has the 2^64 that begin alike (RFC 6177). */
export const addressKey = (address: string): string =>
  isIPv4(address) ? `${address}/32` : networkOf(address, { bytes: 4, groups: 4 })

/** Remembers keys in a ring: the one whose place is needed for another is forgotten, unless it was remembered anew since. */
function boundedMemory(size: number, forget: (key: string) => void): (key: string) => void {
  const ring: string[] = []
  const placeOf = new Map<string, number>()
  let next = 0
  return (key) => {
    const before = ring[next]
    if (before !== undefined && before !== key && placeOf.get(before) === next) {
      placeOf.delete(before)
      forget(before)
    }
    ring[next] = key
    placeOf.set(key, next)
    next = (next + 1) % size
  }
}

export const hungUp = (): Refusal => new Refusal('VALIDATION_ERROR', 'Whoever asked has hung up.')

function tooMany({ msBeforeNext }: RateLimiterRes): Refusal {
  const retryAfterS = Math.max(1, Math.ceil(msBeforeNext / 1000))
  const when = retryAfterS === 1 ? 'a second' : `${retryAfterS} seconds`
  return new Refusal(
    'TOO_MANY_REQUESTS',
    `Too many requests come from your address. Please try again in ${when}.`,
    {
      reason: 'ADDRESS_LIMITED',
      retryAfterS,
    },
  )
}
