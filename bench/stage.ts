import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrateUp } from '../domain/store/installation/migrate.ts'
import { migrations } from '../migrations/index.ts'
import { type Child, startChild } from '../sandbox/child.ts'
import { bigLdif } from '../sandbox/people.ts'
import { type Postgres, startPostgres } from '../sandbox/servers/postgres.ts'
import { type Redis, startRedis } from '../sandbox/servers/redis.ts'
import { type Slapd, startSlapd } from '../sandbox/servers/slapd.ts'

const root = join(import.meta.dirname, '..')

export type Size = { people: number; lists: number; membersPerList: number; password?: string }

/** The servers of one run, and what is made on them. Everything ends with `stop`. */
export type Stage = {
  postgres: Postgres
  redis: Redis
  /** An empty database with the schema up to date, or a copy of another one. */
  database: (template?: string) => Promise<{ name: string; url: string }>
  /** `accesslog` as a server with replicas has it. */
  directory: (size: Size, options?: { accesslog: 'on' | 'off' }) => Promise<Slapd>
  /** A folder of its own. */
  folder: (name: string) => Promise<string>
  /** Starts one of our processes, or a script of this folder. */
  process: (script: string, environment: Environment, isReady: () => Promise<boolean>) => Promise<Child>
  /** Ends with the run, at the latest. */
  keep: (server: { stop: () => Promise<void> }) => void
  stop: () => Promise<void>
}

export type Environment = Record<string, string>

/** Starts Postgres and Redis as production has them: what is committed is on the disk. */
export async function openStage(): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), 'guildpost-bench-'))
  const running: { stop: () => Promise<void> }[] = []
  let count = 0
  const stop = async () => {
    for (const server of running.splice(0).toReversed()) await server.stop()
    await rm(dir, { recursive: true, force: true })
  }
  const folder = async (name: string) => {
    count += 1
    const path = join(dir, `${name}-${count}`)
    await mkdir(path)
    return path
  }
  try {
    const postgres = await startPostgres({
      dataDir: join(dir, 'postgres'),
      password: 'bench',
      database: 'empty',
    })
    running.push(postgres)
    const redis = await startRedis({ dir: await folder('redis') })
    running.push(redis)
    await migrateUp(postgres.url, migrations, 'dev')
    return {
      postgres,
      redis,
      folder,
      stop,
      keep: (server) => running.push(server),
      database: async (template = 'empty') => {
        count += 1
        const name = `bench_${count}`
        return { name, url: await postgres.createDatabase(name, template) }
      },
      directory: async (size, options = { accesslog: 'off' }) => {
        const seedLdif = bigLdif({ listClass: 'groupOfUniqueNames', ...size })
        const slapd = await startSlapd({ dir: await folder('slapd'), seedLdif, ...options })
        running.push(slapd)
        return slapd
      },
      process: async (script, environment, isReady) => {
        const logFile = join(await folder('process'), 'log')
        const child = await startChild({
          name: script,
          command: process.execPath,
          args: [script],
          cwd: root,
          env: { PATH: process.env['PATH'], ...environment },
          logFile,
          isReady,
        })
        running.push(child)
        return child
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}
