import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { Refusal } from '../../domain/contracts/refusal.ts'
import { ownKey, type RedisConnection } from './connect-redis.ts'

export type LimiterOptions = {
  redis: RedisConnection
  /** Tells this limit's keys from those of others. */
  name: string
  /** How many may be used up in a window, which begins with the first. */
  points: number
  windowS: number
}

/** What the RateLimit headers of an answer say; times in whole seconds. */
export type Allowance = { remaining: number; limit: number; resetAfterS: number }

export type Limiter = {
  /**
   * Uses up one.
   * @throws {Refusal} TOO_MANY_REQUESTS when none is left; that costs nothing.
   */
  consume(key: string): Promise<Allowance>
  /** How much is left, using up nothing. */
  peek(key: string): Promise<Allowance>
  /** Gives back one that turned out not to count. */
  refund(key: string): Promise<void>
}

/**
 * Counts in the window's key, in one step: what does not fit is not counted, and what is given back never makes
 * more than the limit. Answers what has been used (with what was asked, if that did not fit) and the rest of the
 * window in milliseconds. ARGV: points to take (negative: to give back), window in seconds, limit.
 */
const countInOneStep = `
local used = tonumber(redis.call('get', KEYS[1]) or '0')
local asked = tonumber(ARGV[1])
if asked < 0 then asked = math.max(asked, -used) end
if asked > 0 and used + asked > tonumber(ARGV[3]) then
  return {used + asked, redis.call('pttl', KEYS[1])}
end
if asked ~= 0 then
  redis.call('set', KEYS[1], 0, 'EX', ARGV[2], 'NX')
  used = redis.call('incrby', KEYS[1], asked)
end
return {used, redis.call('pttl', KEYS[1])}`

/** A limit that all processes share; while Redis is away each process counts for itself. */
export function createLimiter({ redis, name, points, windowS }: LimiterOptions): Limiter {
  const limits = { keyPrefix: `limit:${name}`, points, duration: windowS }
  const limiter = new RateLimiterRedis({
    ...limits,
    storeClient: redis.client,
    rejectIfRedisNotReady: true,
    customIncrTtlLuaScript: countInOneStep,
    insuranceLimiter: new RateLimiterMemory(limits),
  })

  const allowance = (result: RateLimiterRes): Allowance => ({
    remaining: Math.max(0, points - Math.max(0, result.consumedPoints)),
    limit: points,
    resetAfterS: Math.ceil(Math.max(0, result.msBeforeNext) / 1000),
  })

  async function peek(key: string): Promise<Allowance> {
    const result = await limiter.get(ownKey(key))
    return result === null ? { remaining: points, limit: points, resetAfterS: 0 } : allowance(result)
  }

  return {
    peek,

    async consume(key) {
      try {
        return allowance(await limiter.consume(ownKey(key)))
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error
        throw tooMany(allowance(error).resetAfterS || windowS, { cause: error })
      }
    },

    async refund(key) {
      await limiter.reward(ownKey(key))
    },
  }
}

function tooMany(retryAfterS: number, { cause }: { cause: unknown }): Refusal {
  const when = retryAfterS === 1 ? 'a second' : `${retryAfterS} seconds`
  return new Refusal('TOO_MANY_REQUESTS', `That was a lot at once. Please try again in ${when}.`, {
    retryAfterS,
    cause,
  })
}
