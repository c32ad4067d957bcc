import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from '@agendajs/mongo-backend'
import { inject, type TestContext } from 'vitest'
import { freePort } from '../../../sandbox/free-port.ts'
import { findFerretDb, startFerretDb } from '../../../sandbox/servers/ferretdb.ts'
import { startPostgres } from '../../../sandbox/servers/postgres.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { createTestDatabase, mongoTestUrl, redisTestUrl, runSql } from '../../_support/servers.ts'
import { oneCommandAtATime } from './one-command-at-a-time.ts'

/** One place to keep jobs in, for one test. */
export type TestStore = {
  url: string
  redisUrlOf(environment: 'dev' | 'prod'): string
  /** What is kept there now, schedules and one-off jobs. */
  jobNames(environment: 'dev' | 'prod'): Promise<string[]>
}

/** A store whose server the test stops and starts. */
export type StoppableStore = { url: string; start(): Promise<void>; stop(): Promise<void> }

export type StoreKind = {
  store(t: TestContext): Promise<TestStore>
  stoppable(t: TestContext): Promise<StoppableStore>
}

const redisUrlOf = (environment: 'dev' | 'prod') =>
  environment === 'dev' ? redisTestUrl() : inject('redisProUrl')

export const postgresKind: StoreKind = {
  async store(t) {
    const { url } = await createTestDatabase(t, { empty: true })
    return {
      url,
      redisUrlOf,
      async jobNames(environment) {
        const rows = await runSql<{ name: string }>(url, `SELECT name FROM agenda_jobs_${environment}`)
        return rows.map(({ name }) => name)
      },
    }
  },

  async stoppable(t) {
    const dir = await mkdtemp(join(tmpdir(), 'guildpost-jobs-'))
    const settings = { fsync: 'off' }
    const dataDir = join(dir, 'data')
    const port = await freePort()
    const start = () => startPostgres({ dataDir, password: 'test', port, settings })
    let server = await start()
    cleanUpAfter(t, async () => {
      await server.stop()
      await rm(dir, { recursive: true })
    })
    return {
      url: server.url,
      stop: () => server.stop(),
      async start() {
        server = await start()
      },
    }
  },
}

export const mongodbKind: StoreKind = {
  async store(t) {
    const direct = mongoTestUrl()
    if (direct === null) throw new Error('FerretDB is not built.')
    const url = await oneCommandAtATime(direct, t)
    const client = await MongoClient.connect(direct)
    cleanUpAfter(t, async () => {
      await client.db().dropDatabase()
      await client.close()
    })
    return {
      url,
      redisUrlOf,
      async jobNames(environment) {
        const jobs = await client.db().collection(`agenda_jobs_${environment}`).find().toArray()
        return jobs.map((job) => String(job['name']))
      },
    }
  },

  async stoppable(t) {
    const binary = findFerretDb()
    if (binary === null) throw new Error('FerretDB is not built.')
    const dir = await mkdtemp(join(tmpdir(), 'guildpost-jobs-'))
    const { url: postgresUrl } = await createTestDatabase(t, { empty: true })
    const port = await freePort()
    const start = () => startFerretDb({ binary, postgresUrl, dir, port })
    let server = await start()
    cleanUpAfter(t, async () => {
      await server.stop()
      await rm(dir, { recursive: true })
    })
    return {
      url: `${server.url}jobs`,
      stop: () => server.stop(),
      async start() {
        server = await start()
      },
    }
  },
}
