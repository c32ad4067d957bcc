import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { beforeAll, expect, it, onTestFinished, type TestContext } from 'vitest'
import { freePort } from '../../sandbox/free-port.ts'
import { compileCache } from '../_support/compile-cache.ts'
import { runSql } from '../_support/servers.ts'
import { createSystem, type System } from '../_support/system.ts'
import { startTcpProxy } from '../_support/tcp-proxy.ts'

const root = join(import.meta.dirname, '../..')

let system: System
beforeAll(async () => {
  system = await createSystem()
  await runSql(system.databaseUrl, `update installation set guild_id = '300000000000000001'`)
})

/** A process as an operator starts it, and what it says on its way out. */
async function start(name: 'api' | 'bot' | 'worker', more: Record<string, string>) {
  const child = spawn(process.execPath, [`${name}/main.ts`], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...compileCache, ...system.environment, LOG_LEVEL: 'info', ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  child.stdout.resume()
  const ended = once(child, 'exit').then(([code]) => ({ code: code as number, complaint }))
  return { ended }
}

it.for([
  ['api', { REDIS_URL: 'redis://pro:x@127.0.0.1:9' }, 'REDIS_URL signs in as pro, the user of prod'],
  [
    'worker',
    { APP_ENV: 'prod', REDIS_URL: 'redis://pro:x@127.0.0.1:9' },
    'the database of DATABASE_URL belongs to dev',
  ],
  ['worker', { DISCORD_GUILD_ID: '300000000000000009' }, 'belongs to the server 300000000000000001'],
] as const)('the %s that is told %j does not start', async ([name, more, sentence]) => {
  const { code, complaint } = await (await start(name, more)).ended
  expect(complaint).toContain(sentence)
  expect(code).toBe(78)
})

it('the api of the other environment does not start, and serves nobody before it knows', async () => {
  const port = await freePort()
  const more = { APP_ENV: 'prod', REDIS_URL: 'redis://pro:x@127.0.0.1:9', API_PORT: String(port) }
  const { code, complaint } = await (
    await start('api', { ...more, API_URL: `http://127.0.0.1:${port}` })
  ).ended
  expect(complaint).toContain('APP_ENV is prod, but the database of DATABASE_URL belongs to dev')
  expect(code).toBe(78)
})

it('the bot of another server is told so by the api, and ends', async () => {
  const api = await system.start('api')
  const { code, complaint } = await (await start('bot', { DISCORD_GUILD_ID: '300000000000000009' })).ended
  await api.stop()
  expect(complaint).toContain(
    'DISCORD_GUILD_ID is 300000000000000009, but the database of DATABASE_URL belongs to',
  )
  expect(code).toBe(78)
})

const patient = { timeout: 20_000 }

const statusOf = (url: string) =>
  fetch(url).then(
    (answer) => answer.status,
    () => null,
  )

/** The way to a server that is not up yet; `begin` brings it up. */
async function later(t: TestContext, address: string) {
  const url = new URL(address)
  let port = 9
  const proxy = await startTcpProxy(() => port, t)
  const real = Number(url.port)
  url.port = String(proxy.port)
  return { url: url.href.replace(/\/$/, ''), begin: () => (port = real) }
}

it('with every dependency down nothing crashes; brought up one after another, all is well', async (t) => {
  const { DATABASE_URL = '', REDIS_URL = '', LDAP_URL = '' } = system.environment
  const [postgres, redis, ldap] = await Promise.all(
    [DATABASE_URL, REDIS_URL, LDAP_URL].map((url) => later(t, url)),
  )
  const [port, health] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const away = {
    DATABASE_URL: postgres?.url ?? '',
    JOBS_URL: postgres?.url ?? '',
    REDIS_URL: redis?.url ?? '',
    LDAP_URL: ldap?.url ?? '',
  }
  const api = await start('api', { ...away, API_PORT: String(port), API_URL: url })
  const worker = await start('worker', { ...away, HEALTH_PORT: String(health) })
  await expect.poll(() => statusOf(`${url}/healthz`), patient).toBe(200)
  await expect.poll(() => statusOf(`http://127.0.0.1:${health}/healthz`), patient).toBe(200)
  expect(await statusOf(`${url}/readyz`)).toBe(503)
  expect(await statusOf(`http://127.0.0.1:${health}/readyz`)).toBe(503)
  const answer = await fetch(`${url}/api/v1/lists`)
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10'])

  const checks = async () => ((await (await fetch(`${url}/readyz`)).json()) as { checks: object }).checks
  postgres?.begin()
  await expect.poll(checks, patient).toMatchObject({
    postgres: 'up',
    jobs: 'up',
    redis: 'down',
    ldap: 'down',
    mirror: 'down',
  })
  await expect.poll(() => statusOf(`http://127.0.0.1:${health}/readyz`), patient).toBe(200)
  redis?.begin()
  await expect.poll(checks, patient).toMatchObject({ redis: 'up', ldap: 'down' })
  ldap?.begin()
  await expect.poll(checks, patient).toEqual({
    postgres: 'up',
    schema: 'up',
    jobs: 'up',
    redis: 'up',
    ldap: 'up',
    mirror: 'up',
    workers: 'up',
  })
  expect(await Promise.race([api.ended, worker.ended, Promise.resolve('running')])).toBe('running')
})
