import { pino } from 'pino'
import { inject, type TestContext, vi } from 'vitest'
import type { Change, ChangeAction, ChangeVia } from '../../domain/contracts/change.ts'
import type { RemovalLimit } from '../../domain/rules/removal-limit.ts'
import { type Database, openDatabase, rows } from '../../domain/store/database.ts'
import { readChanges } from '../../domain/store/changes/read-change.ts'
import { requestChanges } from '../../domain/store/changes/request-changes.ts'
import { readWorkerConfig, type WorkerConfig } from '../../worker/config.ts'
import type { WorkerContext } from '../../worker/context.ts'
import { startWorker, type Worker } from '../../worker/start-worker.ts'
import { cleanUpAfter } from './cleanup.ts'
import {
  createTestDatabase,
  startTestDirectory,
  type TestDirectory,
  type TestDirectoryOptions,
} from './servers.ts'

/** Quiet unless LOG_LEVEL asks: a test's output is its assertions. */
export const testLog = pino({ level: process.env['LOG_LEVEL'] ?? 'silent' })

/** A database and a directory of a test's own, and members' words about them. */
export type World = {
  databaseUrl: string
  db: Database
  directory: TestDirectory
  workerEnvironment: (more?: Record<string, string>) => Record<string, string>
  worker: (overrides?: Partial<WorkerContext>, environment?: Record<string, string>) => Promise<Worker>
  memberId: (uid: string) => Promise<string>
  /** A member's word, as the API would take it in. */
  request: (
    uid: string,
    action: ChangeAction,
    list: string,
    by?: { uid?: string; via?: ChangeVia; removalLimit?: RemovalLimit },
  ) => Promise<Change>
  change: (id: string | null) => Promise<Change>
  /** Waits until the change has ended. */
  ended: (id: string | null) => Promise<Change>
  /** Waits until the mirror has been read at least once. */
  mirrored: () => Promise<void>
}

/** `databaseUrl` and `directory` stand for those of somebody else, who looks after them. */
export async function createWorld(
  {
    databaseUrl,
    directory: given,
    ...options
  }: TestDirectoryOptions & { databaseUrl?: string; directory?: TestDirectory } = {},
  t?: TestContext,
): Promise<World> {
  const [{ url }, directory] = await Promise.all([
    databaseUrl === undefined ? createTestDatabase(t) : { url: databaseUrl },
    given ?? startTestDirectory(options, t),
  ])
  const db = openDatabase(url, { poolMax: 20, name: 'test' })
  cleanUpAfter(t, () => db.destroy())

  const world: World = {
    databaseUrl: url,
    db,
    directory,
    workerEnvironment: (more = {}) => ({
      APP_ENV: 'dev',
      LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent',
      DATABASE_URL: url,
      JOBS_URL: url,
      REDIS_URL: inject('redisUrl'),
      LDAP_URL: directory.url,
      LDAP_BIND_DN: directory.worker.dn,
      LDAP_BIND_PASSWORD: directory.worker.password,
      LDAP_PEOPLE_BASE: directory.peopleBase,
      LDAP_LISTS_BASE: directory.listsBase,
      LDAP_LIST_CLASS: directory.listClass,
      LDAP_ADMIN_GROUP: directory.adminGroup,
      DISCORD_TOKEN: 'test-token',
      DISCORD_API_URL: 'http://127.0.0.1:9/api',
      SMTP_URL: 'smtp://127.0.0.1:9',
      MAIL_FROM: 'guildpost <lists@example.org>',
      SWEEP_INTERVAL_S: '1',
      ...more,
    }),
    worker: async (overrides = {}, environment = {}) => {
      const config: WorkerConfig = readWorkerConfig(world.workerEnvironment(environment))
      const worker = await startWorker(config, testLog, overrides)
      let stopped: Promise<void> | undefined
      const stop = () => (stopped ??= worker.stop())
      cleanUpAfter(t, stop)
      return { ...worker, stop }
    },
    memberId: async (uid) => {
      const [member] = await rows<{ id: string }>(db, 'select id from member where uid = :uid', { uid })
      if (!member) throw new Error(`${uid} is not in the mirror`)
      return member.id
    },
    request: async (uid, action, list, by = {}) => {
      const id = await world.memberId(uid)
      const requester = by.uid === undefined ? id : await world.memberId(by.uid)
      const [requested] = await db.transaction((tx) =>
        requestChanges(tx, {
          member: { id, uid },
          requestedBy: { id: requester },
          via: by.via ?? 'api',
          requestId: null,
          wishes: [{ listName: list, action }],
          seesHidden: true,
          mirrorMaxAgeS: 360,
          removalLimit: by.removalLimit ?? { percent: 20, count: 5 },
          spend: async () => {},
        }),
      )
      if (!requested) throw new Error('no answer to the request')
      return requested.change
    },
    change: async (id) => {
      if (id === null) throw new Error('it stood already: no change was made')
      const [change] = await readChanges(db, [id])
      if (!change) throw new Error(`there is no change ${id}`)
      return change
    },
    ended: async (id) =>
      waitUntil(`change ${id} has ended`, async () => {
        const change = await world.change(id)
        return change.endedAt === null ? null : change
      }),
    mirrored: async () => {
      await waitUntil('the directory was read', async () => {
        // Done, and the turn given back: a test that reads at once finds nobody else at it.
        const [run] = await rows<{ id: string }>(
          db,
          `select id from sync_run where state = 'done' and not exists (select from turn where name = 'sync-directory') limit 1`,
        )
        return run ?? null
      })
    },
  }
  return world
}

/** Asks again and again, for up to twenty seconds, until there is an answer. Works in hooks too. */
export async function waitUntil<Answer>(what: string, ask: () => Promise<Answer | null>): Promise<Answer> {
  return vi.waitFor(
    async () => {
      const answer = await ask()
      if (answer === null) throw new Error(`waited in vain until ${what}`)
      return answer
    },
    { timeout: 20_000, interval: 20 },
  )
}

/** Until somebody waits, or so many do, for a lock of this world's database. */
export const somebodyWaits = ({ db }: Pick<World, 'db'>, atLeast = 1): Promise<true> =>
  waitUntil(`${atLeast} wait for a lock`, async () => {
    const waiting = await rows(
      db,
      `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    )
    return waiting.length >= atLeast ? true : null
  })
