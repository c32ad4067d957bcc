import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inject } from 'vitest'
import { connectRedis, type RedisConnection } from '../../adapters/redis/connect-redis.ts'
import { type Database, openDatabase, rows } from '../../domain/store/database.ts'
import { migrateUp } from '../../domain/store/installation/migrate.ts'
import { migrations } from '../../migrations/index.ts'
import { type Child, startChild } from '../../sandbox/child.ts'
import type { DiscordStandIn } from '../../sandbox/discord/stand-in.ts'
import { freeze } from '../../sandbox/freeze.ts'
import { freePort } from '../../sandbox/free-port.ts'
import { findFerretDb, startFerretDb } from '../../sandbox/servers/ferretdb.ts'
import { type MailSink, startMailSink } from '../../sandbox/servers/mail-sink.ts'
import { randomPassword } from '../../sandbox/servers/passwords.ts'
import { startPostgres } from '../../sandbox/servers/postgres.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { compileCache } from '../_support/compile-cache.ts'
import { discordNames, startTestDiscord } from '../_support/discord.ts'
import {
  createTestDatabase,
  startTestDirectory,
  startTestRedis,
  type TestDirectory,
} from '../_support/servers.ts'
import { testLog, waitUntil } from '../_support/world.ts'
import { startWire, type Wire } from './wire.ts'

const root = join(import.meta.dirname, '../..')
const { guildId } = discordNames
export const alertChannel = '400000000000000001'
/** What lasts longer is told of. */
const alertAfterS = 2
const alertMailTo = 'admins@example.org'

/** A server that can end at once, as in a crash, and be there again with what it had. */
export type Mortal = { kill: () => Promise<void>; restart: () => Promise<void> }

export type WorkerSlot = Mortal & {
  name: string
  /** Its own ways to the directory, to Postgres and to the job store. */
  ldap: Wire
  postgres: Wire
  jobs: Wire
  freeze: () => void
  signal: (signal: NodeJS.Signals) => void
}

/** Everything that can fail, each by itself. */
export type ChaosSystem = {
  db: Database
  apiUrl: string
  serviceToken: string
  directory: TestDirectory
  discord: DiscordStandIn
  mail: MailSink
  workers: [WorkerSlot, WorkerSlot]
  api: Mortal
  /** Not by a way that anything cuts. */
  redis: RedisConnection
  servers: Record<
    'slapd' | 'postgres' | 'redis' | 'jobs',
    Mortal & { wires: Wire[]; pids: () => Promise<number[]> }
  >
  /** The ways to those that live in this process. */
  outside: Record<'mail' | 'Discord', Wire>
  /** Gives the account with which `uid` speaks. */
  link: (uid: string) => Promise<string>
}

export async function createChaosSystem(): Promise<ChaosSystem> {
  const dir = join(inject('runDir'), 'logs', `chaos-${process.pid}`)
  await mkdir(dir)
  const directory = await startTestDirectory({ listClass: 'groupOfUniqueNames' })
  const redis = await startTestRedis()
  const postgres = await startOwnPostgres(dir)
  const jobs = await startJobStore(dir)
  const mail = await startMailSink()
  cleanUpAfter(undefined, () => mail.stop())
  const token = randomPassword()
  const discord = await startTestDiscord({ token, channels: [{ id: alertChannel, name: 'alerts' }] })
  await migrateUp(postgres.url, migrations, 'dev')
  const db = openDatabase(postgres.url, { name: 'chaos' })
  cleanUpAfter(undefined, () => db.destroy())

  const ownRedis = await connectRedis({ url: redis.url, environment: 'dev', log: testLog })
  cleanUpAfter(undefined, () => ownRedis.close())

  const port = await freePort()
  const apiUrl = `http://127.0.0.1:${port}`
  const serviceToken = randomPassword() + randomPassword()
  const wires = {
    redis: await startWire(redis.port),
    mail: await startWire(mail.port),
    discord: await startWire(discord.port),
  }
  const environment = (own: Record<'ldap' | 'postgres' | 'jobs', Wire>) => ({
    PATH: process.env['PATH'],
    ...compileCache,
    APP_ENV: 'dev',
    LOG_LEVEL: 'info',
    DATABASE_URL: through(own.postgres, postgres.url),
    JOBS_URL: through(own.jobs, jobs.url),
    REDIS_URL: through(wires.redis, redis.url),
    LDAP_URL: `ldap://127.0.0.1:${own.ldap.port}`,
    LDAP_BIND_DN: directory.worker.dn,
    LDAP_BIND_PASSWORD: directory.worker.password,
    LDAP_PEOPLE_BASE: directory.peopleBase,
    LDAP_LISTS_BASE: directory.listsBase,
    LDAP_LIST_CLASS: directory.listClass,
    LDAP_READ_BIND_DN: directory.reader.dn,
    LDAP_READ_BIND_PASSWORD: directory.reader.password,
    LDAP_ADMIN_GROUP: directory.adminGroup,
    DISCORD_TOKEN: token,
    DISCORD_APPLICATION_ID: '200000000000000001',
    DISCORD_GUILD_ID: guildId,
    DISCORD_API_URL: through(wires.discord, discord.url),
    DISCORD_ALERT_CHANNEL_ID: alertChannel,
    ALERT_MAIL_TO: alertMailTo,
    ALERT_AFTER_S: String(alertAfterS),
    SMTP_URL: through(wires.mail, mail.url),
    MAIL_FROM: 'guildpost <lists@example.org>',
    SWEEP_INTERVAL_S: '1',
    SYNC_INTERVAL_S: '2',
    RECONCILE_INTERVAL_S: '5',
    API_PORT: String(port),
    API_URL: apiUrl,
    SERVICE_TOKEN: serviceToken,
    CHANGES_LIMIT: '1000000',
  })
  const startProcess = async (name: 'api' | 'worker', logName: string): Promise<Omit<WorkerSlot, 'name'>> => {
    const own = {
      ldap: await startWire(directory.port),
      postgres: await startWire(postgres.port),
      jobs: await startWire(jobs.port),
    }
    const start = () =>
      startChild({
        name,
        command: process.execPath,
        args: [`${name}/main.ts`],
        cwd: root,
        env: environment(own),
        logFile: join(dir, `${logName}.log`),
        isReady: () => (name === 'api' ? isUp(apiUrl) : Promise.resolve(true)),
      })
    let child: Child = await start()
    cleanUpAfter(undefined, () => child.stop())
    return {
      ...own,
      freeze: () => freeze(child.pid),
      signal: (signal) => child.signal(signal),
      kill: async () => {
        child.signal('SIGKILL')
        await child.ended
        for (const wire of Object.values(own)) wire.cut()
      },
      restart: async () => {
        if (!child.isRunning()) child = await start()
      },
    }
  }
  const api = await startProcess('api', 'api')
  const one = { name: 'worker one', ...(await startProcess('worker', 'worker-one')) }
  const two = { name: 'worker two', ...(await startProcess('worker', 'worker-two')) }
  await waitUntil('the directory was read', async () => {
    const [read] = await rows(db, `select 1 from sync_run where state = 'done' limit 1`)
    return read ?? null
  })
  const everyones = (which: 'ldap' | 'postgres' | 'jobs') => [api[which], one[which], two[which]]
  return {
    db,
    apiUrl,
    serviceToken,
    directory,
    discord,
    mail,
    workers: [one, two],
    api,
    redis: ownRedis,
    servers: {
      slapd: {
        kill: () => directory.kill9(),
        restart: () => directory.restart(),
        wires: everyones('ldap'),
        pids: () => Promise.resolve([directory.pid]),
      },
      postgres: { ...postgres, wires: everyones('postgres') },
      redis: {
        kill: () => redis.kill9(),
        restart: () => redis.restart(),
        wires: [wires.redis],
        pids: () => Promise.resolve([redis.pid]),
      },
      jobs: { ...jobs, wires: everyones('jobs') },
    },
    outside: { mail: wires.mail, Discord: wires.discord },
    link: async (uid) => {
      const id = `7${Buffer.from(uid).readUIntBE(0, 3)}`.padEnd(18, '0')
      discord.addUser({ id, username: uid, locale: 'en-US' })
      await waitUntil(`${uid} is in the mirror`, async () => {
        const linked = await rows(
          db,
          `insert into discord_link (id, discord_user_id, member_id) select uuidv7(), :id, id from member where uid = :uid returning id`,
          { id, uid },
        )
        return linked[0] ?? null
      })
      return id
    },
  }
}

type Restarting = Mortal & { url: string; port: number; pids: () => Promise<number[]> }

/** Not the one that all tests share: it is going to die, and must not forget what it has committed. */
async function startOwnPostgres(dir: string): Promise<Restarting> {
  const port = await freePort()
  const start = () =>
    startPostgres({
      dataDir: join(dir, 'postgres'),
      logFile: join(dir, 'postgres.log'),
      password: 'chaos',
      port,
      settings: { fsync: 'off', full_page_writes: 'off', max_connections: '120', shared_buffers: '64MB' },
    })
  let running = await start()
  cleanUpAfter(undefined, () => running.stop())
  return {
    url: running.url,
    port,
    pids: async () => [running.pid, ...(await childrenOf(running.pid))],
    kill: async () => {
      const all = [running.pid, ...(await childrenOf(running.pid))]
      for (const pid of all) signalIfThere(pid, 'SIGKILL')
      await running.stop()
    },
    restart: async () => {
      running = await start()
    },
  }
}

/** FerretDB where it is built, else a Postgres of its own. */
async function startJobStore(dir: string): Promise<Restarting> {
  const binary = findFerretDb()
  if (binary === null) return startOwnPostgres(join(dir, 'jobs'))
  const port = await freePort()
  const { url: postgresUrl } = await createTestDatabase(undefined, { empty: true })
  const start = () => startFerretDb({ binary, postgresUrl, dir: join(dir, 'ferretdb'), port })
  let running = await start()
  cleanUpAfter(undefined, () => running.stop())
  return {
    url: `${running.url}jobs`,
    port,
    pids: () => Promise.resolve([running.pid]),
    kill: async () => {
      signalIfThere(running.pid, 'SIGKILL')
      await running.stop()
    },
    restart: async () => {
      running = await start()
    },
  }
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=', '--ppid', String(pid)]).catch(() => ({
    stdout: '',
  }))
  return stdout
    .split('\n')
    .map(Number)
    .filter((child) => child > 0)
}

function through(wire: Wire, url: string): string {
  const changed = new URL(url)
  changed.port = String(wire.port)
  return changed.href
}

function isUp(apiUrl: string): Promise<boolean> {
  return fetch(`${apiUrl}/healthz`).then(
    (answer) => answer.ok,
    () => false,
  )
}
