import { execFile } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { chown, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { inject, type TestContext } from 'vitest'
import { startChild } from '../../sandbox/child.ts'
import { freePort } from '../../sandbox/free-port.ts'
import { unprivileged } from '../../sandbox/servers/unprivileged.ts'
import { cleanUpAfter } from './cleanup.ts'
import { databaseOptions } from './create-script.ts'
import { runSql } from './servers.ts'

/** A server with the programs that can dump it. */
export type DumpablePostgres = {
  /** As `infra/postgres/create.sql` makes them. */
  createDatabase: (name: string) => Promise<string>
  dump: (url: string, file: string) => Promise<void>
  restore: (file: string, url: string) => Promise<void>
}

const run = promisify(execFile)

/**
 * A Postgres and a pg_dump that is not older than it, which would refuse: the run's own with a pg_dump as new, else one that this
 * system has with its own pg_dump. Null where there is neither (the Postgres that comes by npm has no pg_dump).
 */
export async function startDumpablePostgres(t: TestContext): Promise<DumpablePostgres | null> {
  const found =
    globSync('/usr/lib/postgresql/*/bin/pg_dump').toSorted(byMajor).at(-1) ?? (await onPath('pg_dump'))
  if (found === null) return null
  const binDir = dirname(found)
  const [server] = await runSql<{ major: number }>(
    inject('postgresUrl'),
    `select current_setting('server_version_num')::integer / 10000 as major`,
  )
  const { stdout } = await run(found, ['--version'])
  if (majorIn(stdout) >= (server?.major ?? 0)) return programsOf(binDir, inject('postgresUrl'))
  return existsSync(join(binDir, 'postgres')) ? programsOf(binDir, await start(binDir, t)) : null
}

function programsOf(binDir: string, adminUrl: string): DumpablePostgres {
  return {
    createDatabase: async (name) => {
      await runSql(adminUrl, `create database ${name} ${databaseOptions()}`)
      const url = new URL(adminUrl)
      url.pathname = `/${name}`
      return url.href
    },
    dump: async (url, file) => {
      await run(join(binDir, 'pg_dump'), ['--format=custom', `--file=${file}`, url])
    },
    restore: async (file, url) => {
      await run(join(binDir, 'pg_restore'), ['--no-owner', '--exit-on-error', `--dbname=${url}`, file])
    },
  }
}

/** Gives the address of its database `postgres`. */
async function start(binDir: string, t: TestContext): Promise<string> {
  const folder = join(inject('runDir'), 'dumpable-postgres')
  const how = await unprivileged(dirname(binDir), folder)
  const passwordFile = `${how.dataDir}.password`
  await writeFile(passwordFile, 'test', { mode: 0o600 })
  const { uid, gid } = how
  if (uid !== undefined && gid !== undefined) await chown(passwordFile, uid, gid)
  const program = (name: string): string[] => [...how.prefix, join(how.binDir, name)]
  const [command = '', ...prefix] = program('initdb')
  await run(
    command,
    [
      ...prefix,
      '-D',
      how.dataDir,
      '--username=guildpost',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ],
    { uid, gid },
  )
  const port = await freePort()
  const url = `postgres://guildpost:test@127.0.0.1:${port}/postgres`
  const [server = '', ...args] = program('postgres')
  const child = await startChild({
    name: 'Postgres with a pg_dump',
    command: server,
    args: [
      ...args,
      '-D',
      how.dataDir,
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      `port=${port}`,
      '-c',
      'unix_socket_directories=',
      '-c',
      'fsync=off',
      '-c',
      'max_connections=100',
    ],
    uid,
    gid,
    logFile: join(inject('runDir'), 'logs', 'dumpable-postgres.log'),
    isReady: () =>
      runSql(url, 'select 1').then(
        () => true,
        () => false,
      ),
    stopSignal: 'SIGINT',
  })
  cleanUpAfter(t, () => child.stop())
  return url
}

const majorIn = (version: string): number => Number(/(\d+)(?:\.\d+)?/.exec(version)?.[1] ?? 0)
const byMajor = (a: string, b: string): number => majorIn(a) - majorIn(b)

async function onPath(program: string): Promise<string | null> {
  return run('which', [program]).then(
    ({ stdout }) => stdout.trim(),
    () => null,
  )
}
