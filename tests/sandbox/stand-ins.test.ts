import { expect, onTestFinished, test } from 'vitest'
import { type Given, type Replaceable } from '../../sandbox/start/given-environment.ts'
import { processEnvironment } from '../../sandbox/start/process-environment.ts'
import { readSecrets } from '../../sandbox/start/secrets.ts'
import { startStandIns } from '../../sandbox/start/stand-ins.ts'
import { freshFolder } from './_start.ts'

const real: Record<Replaceable, string> = {
  DATABASE_URL: 'postgres://real@db.example.org/guildpost',
  JOBS_URL: 'mongodb://jobs.example.org/guildpost',
  REDIS_URL: 'redis://redis.example.org',
  LDAP_URL: 'ldaps://ldap.example.org',
  DISCORD_TOKEN: 'real',
  SMTP_URL: 'smtp://mail.example.org',
}
const names = Object.keys(real) as Replaceable[]

/** As if these were set. */
function givenThese(set: Replaceable[]): Given {
  const environment = Object.fromEntries(set.map((name) => [name, real[name]]))
  return { environment, has: (name) => set.includes(name) }
}

/** Starts what is not given, and gives what was started and what the processes are told. */
async function startWith(set: Replaceable[]) {
  const given = givenThese(set)
  const dataDir = await freshFolder()
  const secrets = readSecrets(dataDir)
  const started: string[] = []
  const pids = new Map<string, number>()
  const news: string[] = []
  const standIns = await startStandIns({
    given,
    secrets,
    dataDir,
    isThrowaway: true,
    progress: async (what, work) => {
      started.push(what)
      const server = await work()
      if (hasPid(server)) pids.set(what, server.pid)
      return server
    },
    notice: () => {},
    news: (sentence) => void news.push(sentence),
  })
  onTestFinished(() => standIns.stop())
  const address = { host: '127.0.0.1', port: 1, url: 'http://127.0.0.1:1', localUrl: 'http://127.0.0.1:1' }
  const told = processEnvironment(given, secrets, { variables: standIns.variables, address })
  return { started: started.sort(), told, pids, news, stop: () => standIns.stop() }
}

const hasPid = (server: unknown): server is { pid: number } =>
  typeof server === 'object' && server !== null && 'pid' in server

const standInOf: Record<Replaceable, string[]> = {
  DATABASE_URL: ['Postgres'],
  JOBS_URL: [],
  REDIS_URL: ['Redis'],
  LDAP_URL: ['Directory'],
  DISCORD_TOKEN: ['Discord'],
  SMTP_URL: ['Mail'],
}

test.each(names)(
  'without %s alone only its stand-in is started, and all others are the real ones',
  async (missing) => {
    const { started, told } = await startWith(names.filter((name) => name !== missing))
    expect(started).toEqual(standInOf[missing])
    const others = names.filter((name) => name !== missing)
    expect(others.map((name) => told[name])).toEqual(others.map((name) => real[name]))
    expect(told[missing]).toMatch(/./)
    expect(told[missing]).not.toBe(real[missing])
    expect(told['DISCORD_GUILD_ID'] !== undefined).toBe(missing === 'DISCORD_TOKEN')
    expect(told['LDAP_LISTS_BASE'] !== undefined).toBe(missing === 'LDAP_URL')
  },
)

test('jobs live in Postgres unless JOBS_URL says otherwise, whichever Postgres it is', async () => {
  const { told } = await startWith(names.filter((name) => name !== 'JOBS_URL'))
  expect(told['JOBS_URL']).toBe(real.DATABASE_URL)
})

test('only whoever tries things at the prompt may make more changes than a member', async () => {
  const withoutDiscord = names.filter((name) => name !== 'DISCORD_TOKEN')
  expect((await startWith(withoutDiscord)).told['CHANGES_LIMIT']).toBe('100')
  expect((await startWith(names)).told['CHANGES_LIMIT']).toBeUndefined()
})

test('a server that ends by itself is told of, and one that is stopped is not', async () => {
  const { pids, news, stop } = await startWith(['JOBS_URL', 'DISCORD_TOKEN', 'SMTP_URL'])
  const signal = (name: string, which: NodeJS.Signals | 0) => process.kill(pids.get(name) ?? NaN, which)
  signal('Directory', 'SIGKILL')
  // Its orderly end: killed it would leave processes behind that still write.
  signal('Postgres', 'SIGINT')
  await expect.poll(() => news.length).toBe(2)
  const remedy = 'Ctrl-C and npm start bring it back.'
  expect(news.toSorted()).toEqual([
    `Postgres ended by itself (exit code 0). ${remedy}`,
    `The directory (slapd) ended by itself (signal SIGKILL). ${remedy}`,
  ])
  signal('Redis', 0)
  await stop()
  expect(() => signal('Redis', 0)).toThrow('ESRCH')
  expect(news).toHaveLength(2)
})

test('so is Redis', async () => {
  const { pids, news } = await startWith(names.filter((name) => name !== 'REDIS_URL'))
  process.kill(pids.get('Redis') ?? NaN, 'SIGKILL')
  await expect.poll(() => news).toEqual([expect.stringContaining('Redis ended by itself (signal SIGKILL)')])
})
