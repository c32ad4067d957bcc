import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { describe, expect, it, type TestContext } from 'vitest'
import { connectRedis } from '../../adapters/redis/connect-redis.ts'
import { createLimiter } from '../../adapters/redis/create-limiter.ts'
import { accepts, startChild } from '../../sandbox/child.ts'
import { freePort } from '../../sandbox/free-port.ts'
import { aclOf } from '../../sandbox/servers/redis.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { compose } from '../repository/compose-file.ts'

const infra = join(import.meta.dirname, '../../infra/redis')
const acl = readFileSync(join(infra, 'users.acl'), 'utf8')
const conf = readFileSync(join(infra, 'redis.prod.conf'), 'utf8')
const passwords = { dev: 'the-password-of-dev', pro: 'the-password-of-pro' }

const filledIn = acl
  .replace('DEV_PASSWORD_SHA256', createHash('sha256').update(passwords.dev).digest('hex'))
  .replace('PRO_PASSWORD_SHA256', createHash('sha256').update(passwords.pro).digest('hex'))

/** The files as an operator would use them, on a port and in a folder of the test's own. */
async function prepare(t: TestContext, { users = filledIn, more = '' } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'guildpost-redis-'))
  cleanUpAfter(t, () => rmSync(dir, { recursive: true }))
  const port = await freePort()
  writeFileSync(join(dir, 'users.acl'), users)
  const here = conf
    .replaceAll('/etc/redis/users.acl', join(dir, 'users.acl'))
    .replace(/^port 6379$/m, `port ${port}`)
  writeFileSync(join(dir, 'redis.conf'), `${here}\ndir ${dir}\n${more}\n`)
  return { dir, port, confFile: join(dir, 'redis.conf') }
}

async function start(t: TestContext, options?: { users?: string; more?: string }) {
  const { dir, port, confFile } = await prepare(t, options)
  const child = await startChild({
    name: 'Redis',
    command: 'redis-server',
    args: [confFile],
    logFile: join(dir, 'redis.log'),
    isReady: () => accepts(port),
  })
  cleanUpAfter(t, () => child.stop())
  const urlOf = (user: 'dev' | 'pro') => `redis://${user}:${passwords[user]}@127.0.0.1:${port}`
  const as = (url: string) => {
    const client = new Redis(url, { enableReadyCheck: false, retryStrategy: () => null, lazyConnect: true })
    client.on('error', () => null)
    cleanUpAfter(t, () => client.disconnect())
    return client
  }
  return { port, urlOf, as }
}

/** Users and what they may do, without their passwords. */
const rules = (text: string) =>
  [...text.matchAll(/^user (dev|pro) on \S+ (.+)$/gm)].map(([, user, rule]) => [user, rule])

describe('the Redis that operators set up', () => {
  it('keeps the two environments apart: keys, channels and scripts', async (t) => {
    const redis = await start(t)
    const [dev, pro] = [redis.as(redis.urlOf('dev')), redis.as(redis.urlOf('pro'))]
    await dev.set('dev:key', 'of dev')
    await pro.set('pro:key', 'of pro')
    await dev.publish('dev:agenda_jobs', 'a job')
    await expect(dev.get('pro:key')).rejects.toThrow('NOPERM')
    await expect(pro.get('dev:key')).rejects.toThrow('NOPERM')
    await expect(dev.set('without-prefix', '1')).rejects.toThrow('NOPERM')
    await expect(dev.eval(`return redis.call('get', 'pro:key')`, 0)).rejects.toThrow(/can't access/)
    await expect(dev.publish('pro:agenda_jobs', 'not ours')).rejects.toThrow('NOPERM')
    await expect(pro.subscribe('dev:agenda_jobs')).rejects.toThrow('NOPERM')
  })

  it('refuses whoever has no account, and what could harm the others', async (t) => {
    const redis = await start(t)
    await expect(redis.as(`redis://127.0.0.1:${redis.port}`).get('dev:key')).rejects.toThrow(
      /NOAUTH|WRONGPASS/,
    )
    const dev = redis.as(redis.urlOf('dev'))
    expect(await dev.info('memory')).toMatch(/maxmemory:268435456[^]*maxmemory_policy:noeviction/)
  })

  it.for([
    ['flushall'],
    ['flushdb'],
    ['shutdown'],
    ['monitor'],
    ['config', 'get', '*'],
    ['acl', 'list'],
    ['keys', '*'],
    ['client', 'list'],
  ])('refuses %j', async ([command = '', ...parts], t) => {
    const redis = await start(t)
    await expect(redis.as(redis.urlOf('dev')).call(command, ...parts)).rejects.toThrow('NOPERM')
  })

  it('does not start while the passwords are not filled in', async (t) => {
    const { confFile } = await prepare(t, { users: acl })
    const server = spawn('redis-server', [confFile], { stdio: ['ignore', 'pipe', 'ignore'] })
    const log = text(server.stdout)
    const [code] = (await once(server, 'exit')) as [number]
    expect(code).not.toBe(0)
    expect(await log).toMatch(/ACL errors.*users\.acl/s)
  })

  it('has the users and limits that development has too', () => {
    expect(rules(acl)).toEqual(rules(`${aclOf('dev', 'x')}\n${aclOf('pro', 'x')}`))
    expect(rules(compose.configs['redis-users']?.content?.replace(/\$\{[^}]*\}/, 'x') ?? '')).toEqual(
      rules(acl).slice(0, 1),
    )
    expect(acl).toMatch(/^user default off$/m)
  })

  it('with its memory full fails no request: nothing more is kept, limits go on counting', async (t) => {
    const redis = await start(t, { more: 'maxmemory 2mb' })
    const filler = redis.as(redis.urlOf('dev'))
    const fill = async (): Promise<string> => {
      for (let at = 0; ; at += 1) await filler.set(`dev:filler:${at}`, 'x'.repeat(10_000))
    }
    await expect(fill()).rejects.toThrow('OOM')
    const connection = await connectRedis({
      url: redis.urlOf('dev'),
      environment: 'dev',
      log: pino({ level: 'silent' }),
    })
    cleanUpAfter(t, () => connection.close())
    await connection.set('kept', 'value', 60)
    expect(await connection.get('kept')).toBeNull()
    const limiter = createLimiter({ redis: connection, name: 'full', points: 2, windowS: 60 })
    expect(await limiter.consume('alice')).toMatchObject({ remaining: 1 })
    expect(await limiter.consume('alice')).toMatchObject({ remaining: 0 })
    await expect(limiter.consume('alice')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' })
  })
})
