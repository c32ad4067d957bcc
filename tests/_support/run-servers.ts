import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { findFerretDb, startFerretDb } from '../../sandbox/servers/ferretdb.ts'
import { startPostgres } from '../../sandbox/servers/postgres.ts'
import { startRedis } from '../../sandbox/servers/redis.ts'
import { makeRunFolder, type RunFolder } from './run-folder.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder for the servers of this run; gone at its end. */
    runDir: string
    /** Of the database `postgres`, for making others. */
    postgresUrl: string
    /** The database whose schema is up to date, for copying, or why there is none. */
    template: { database: string } | { failure: string }
    redisUrl: string
    redisProUrl: string
    /** mongodb://127.0.0.1:PORT/, or null where FerretDB is not built. */
    mongoUrl: string | null
  }
}

type Run = { folder: RunFolder; running: { stop(): Promise<void> }[] }

/** Runs once, before all tests: starts the servers that test files share, and stops them after the last one. */
export default async function startSharedServers(project: TestProject): Promise<() => Promise<void>> {
  const run: Run = { folder: await makeRunFolder(), running: [] }
  try {
    await startThem(project, run)
  } catch (error) {
    await stopThem(run)
    await run.folder.remove({ keepLogs: false })
    throw error
  }
  return async () => {
    await stopThem(run)
    const keepLogs = project.vitest.state.getCountOfFailedTests() > 0
    const logs = await run.folder.remove({ keepLogs })
    if (logs !== null) console.log(`What the servers of this run logged is in ${logs}`)
  }
}

async function startThem(project: TestProject, { folder, running }: Run): Promise<void> {
  const { dir: runDir, logs } = folder
  const postgres = await startPostgres({
    dataDir: join(runDir, 'postgres'),
    logFile: join(logs, 'postgres.log'),
    password: 'test',
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '400',
      shared_buffers: '64MB',
    },
  })
  running.push(postgres)
  await proveQuickly(postgres.urlOf('postgres'))
  const redis = await startRedis({ dir: join(logs, 'redis') })
  running.push(redis)
  const binary = findFerretDb()
  const ferretDb =
    binary === null
      ? null
      : await startFerretDb({
          binary,
          dir: join(logs, 'ferretdb'),
          postgresUrl: await postgres.createDatabase('ferretdb'),
        })
  if (ferretDb !== null) running.push(ferretDb)

  project.provide('runDir', runDir)
  project.provide('postgresUrl', postgres.urlOf('postgres'))
  project.provide('template', await makeTemplate(postgres.url))
  project.provide('redisUrl', redis.url)
  project.provide('redisProUrl', redis.proUrl)
  project.provide('mongoUrl', ferretDb?.url ?? null)
}

/** Tests connect some ten thousand times, and a proof of the password is worked out in 4096 rounds unless Postgres is told otherwise. */
async function proveQuickly(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`set scram_iterations = 1; alter user current_user password '${client.password}'`)
  await client.end()
}

/** Tests that need no schema shall run even when a migration is broken, so a failure is kept for those that do. */
async function makeTemplate(url: string): Promise<{ database: string } | { failure: string }> {
  try {
    const { migrateUp } = await import('../../domain/store/installation/migrate.ts')
    const { migrations } = await import('../../migrations/index.ts')
    await migrateUp(url, migrations, 'dev')
    return { database: new URL(url).pathname.slice(1) }
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

async function stopThem({ running }: Run): Promise<void> {
  for (const server of running.toReversed()) await server.stop()
}
