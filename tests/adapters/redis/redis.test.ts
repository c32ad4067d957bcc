import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { describe, expect, inject, it, type TestContext } from 'vitest'
import { connectRedis } from '../../../adapters/redis/connect-redis.ts'
import { createLimiter, type Limiter } from '../../../adapters/redis/create-limiter.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { redisTestUrl, startTestRedis } from '../../_support/servers.ts'

async function connect(
  t: TestContext,
  url = redisTestUrl(),
  environment: 'dev' | 'prod' = 'dev',
  commandTimeoutMs?: number,
) {
  const log = pino({ level: 'silent' })
  const timeout = commandTimeoutMs === undefined ? {} : { commandTimeoutMs }
  const redis = await connectRedis({ url, environment, log, ...timeout })
  cleanUpAfter(t, () => redis.close())
  return redis
}

async function limiterFor(t: TestContext, options: { url?: string; points?: number; windowS?: number } = {}) {
  const { url, points = 3, windowS = 600 } = options
  return createLimiter({ redis: await connect(t, url), name: `test-${t.task.id}`, points, windowS })
}

/** Takes all three that a limit has. */
async function useUp(limiter: Limiter, key: string): Promise<void> {
  for (const remaining of [2, 1, 0]) expect(await limiter.consume(key)).toMatchObject({ remaining })
}

const tooMany = expect.objectContaining({ code: 'TOO_MANY_REQUESTS', status: 429 }) as Refusal

describe('what is kept', () => {
  it('has the prefix of its environment and a time to live', async (t) => {
    const key = randomUUID()
    const redis = await connect(t)
    await redis.set(key, 'value', 60)
    expect(await redis.get(key)).toBe('value')
    const plain = new Redis(redisTestUrl())
    cleanUpAfter(t, () => plain.disconnect())
    const ttl = await plain.ttl(`dev:${key}`)
    expect(ttl).toBeGreaterThan(50)
    expect(ttl).toBeLessThanOrEqual(60)

    const limiter = createLimiter({ redis, name: 'kept', points: 5, windowS: 30 })
    await limiter.consume(key)
    expect(await plain.ttl(`dev:limit:kept:${key}`)).toBeGreaterThan(20)
    await limiter.refund(key)
    expect(await plain.ttl(`dev:limit:kept:${key}`)).toBeGreaterThan(20)
    await redis.delete(key)
    expect(await redis.get(key)).toBeNull()
  })

  it('is out of the other environment’s sight', async (t) => {
    const key = randomUUID()
    const prod = await connect(t, inject('redisProUrl'), 'prod')
    await prod.set(key, 'secret', 60)
    const dev = await connect(t)
    expect(await dev.get(key)).toBeNull()
    expect(await prod.get(key)).toBe('secret')
    await expect(dev.get(`pro:${key}`)).rejects.toThrow('without a prefix')
    await expect(dev.set(`pro:${key}`, 'x', 60)).rejects.toThrow('without a prefix')
  })

  it('is refused without a time to live', async (t) => {
    const redis = await connect(t)
    await expect(redis.set('key', 'value', 0)).rejects.toThrow('time to live')
    await expect(redis.set('key', 'value', 0.5)).rejects.toThrow('time to live')
  })
})

describe('a limit', () => {
  it('is shared by all processes and refuses what is beyond it', async (t) => {
    const [one, two] = [await limiterFor(t), await limiterFor(t)]
    expect(await one.consume('alice')).toEqual({ remaining: 2, limit: 3, resetAfterS: 600 })
    expect(await two.consume('alice')).toMatchObject({ remaining: 1 })
    expect(await one.consume('alice')).toMatchObject({ remaining: 0 })
    const refusal: unknown = await two.consume('alice').catch((error: unknown) => error)
    expect(refusal).toEqual(tooMany)
    expect((refusal as Refusal).retryAfterS).toBeGreaterThan(590)
    expect((refusal as Refusal).message).toMatch(/try again in \d+ seconds/)
    expect(await two.consume('bob')).toMatchObject({ remaining: 2 })
  })

  it('counts nothing for what it refused', async (t) => {
    const limiter = await limiterFor(t)
    await useUp(limiter, 'alice')
    for (let more = 0; more < 3; more += 1) await expect(limiter.consume('alice')).rejects.toEqual(tooMany)
    await limiter.refund('alice')
    expect(await limiter.peek('alice')).toMatchObject({ remaining: 1 })
    expect(await limiter.consume('alice')).toMatchObject({ remaining: 0 })
  })

  it('gives back, but never more than was used', async (t) => {
    const limiter = await limiterFor(t)
    expect(await limiter.peek('alice')).toEqual({ remaining: 3, limit: 3, resetAfterS: 0 })
    await limiter.consume('alice')
    await limiter.consume('alice')
    await limiter.refund('alice')
    expect(await limiter.peek('alice')).toMatchObject({ remaining: 2 })
    for (const key of ['alice', 'alice', 'alice', 'bob', 'bob']) await limiter.refund(key)
    for (const key of ['alice', 'bob']) {
      await useUp(limiter, key)
      await expect(limiter.consume(key)).rejects.toEqual(tooMany)
    }
  })

  it('lets exactly as many through as allowed when all ask at once', async (t) => {
    const limiter = await limiterFor(t, { points: 10 })
    const asked = Array.from({ length: 40 }, () => limiter.consume('alice'))
    const outcomes = await Promise.allSettled(asked)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
  })

  it('begins anew with the next window', async (t) => {
    const limiter = await limiterFor(t, { windowS: 1 })
    await useUp(limiter, 'alice')
    await expect(limiter.consume('alice')).rejects.toEqual(tooMany)
    await expect.poll(() => limiter.peek('alice')).toMatchObject({ remaining: 3 })
    expect(await limiter.consume('alice')).toMatchObject({ remaining: 2 })
  })
})

describe('Redis in trouble', () => {
  it('that is away at the start holds nothing up, and is used as soon as it is there', async (t) => {
    const server = await startTestRedis(t)
    await server.stop()
    const redis = await connect(t, server.url)
    expect(await redis.healthy()).toBe(false)
    await server.restart()
    await expect.poll(() => redis.healthy()).toBe(true)
    await redis.set('key', 'value', 60)
    expect(await redis.get('key')).toBe('value')
  })

  it('that stops or freezes loses nothing that is needed, and no request waits until it is back', async (t) => {
    const server = await startTestRedis(t)
    const redis = await connect(t, server.url)
    const limiter = createLimiter({ redis, name: 'trouble', points: 3, windowS: 600 })
    await limiter.consume('alice')
    const outages = [
      { begin: () => server.kill9(), end: () => server.restart() },
      { begin: async () => server.pause(), end: async () => server.resume() },
    ]
    for (const [round, { begin, end }] of outages.entries()) {
      await begin()
      expect(await redis.healthy()).toBe(false)
      expect(await redis.get('key')).toBeNull()
      await redis.set('key', 'value', 60)
      const member = `member-${round}`
      for (const remaining of [2, 1, 0]) expect(await limiter.consume(member)).toMatchObject({ remaining })
      await expect(limiter.consume(member)).rejects.toEqual(tooMany)
      await limiter.refund(member)
      await limiter.peek(member)
      await end()
      await expect.poll(() => redis.healthy()).toBe(true)
    }
    expect(await limiter.consume('carol')).toMatchObject({ remaining: 2 })
  })

  it('that dies while requests wait for it leaves none waiting, and the limit holds', async (t) => {
    const server = await startTestRedis(t)
    const redis = await connect(t, server.url, 'dev', 60_000)
    const limiter = createLimiter({ redis, name: 'in-flight', points: 3, windowS: 600 })
    await limiter.consume('bob')
    server.pause()
    const asked = Promise.allSettled(Array.from({ length: 20 }, () => limiter.consume('alice')))
    await server.kill9()
    const outcomes = await asked
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    const reasons = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    )
    expect(reasons).toEqual(Array.from({ length: 17 }, () => tooMany))
    await expect(limiter.consume('alice')).rejects.toEqual(tooMany)
    expect(await limiter.consume('carol')).toMatchObject({ remaining: 2 })
  })
})
