import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { accepts, startChild } from '../child.ts'
import { freePort } from '../free-port.ts'

export type FerretDbOptions = {
  /** The program, as `findFerretDb` gives it. */
  binary: string
  /** A Postgres database of its own, where it keeps everything. */
  postgresUrl: string
  /** State and log. */
  dir: string
  port?: number
}

export type FerretDb = {
  /** mongodb://127.0.0.1:PORT/, to be followed by the name of a database. */
  readonly url: string
  readonly port: number
  readonly pid: number
  readonly logFile: string
  stop(): Promise<void>
}

/** The version that `.ci/run` builds. Later ones need a Postgres extension. */
const ferretDbVersion = '1.24.2'

/** Where the built program is, or null where nobody has built it. */
export function findFerretDb(): string | null {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  const binary = join(cache, 'guildpost', `ferretdb-${ferretDbVersion}`)
  return existsSync(binary) ? binary : null
}

/** Starts FerretDB, which speaks MongoDB's protocol and stands in for it where MongoDB is not to be had. */
export async function startFerretDb(options: FerretDbOptions): Promise<FerretDb> {
  const { binary, postgresUrl, dir } = options
  const port = options.port ?? (await freePort())
  const logFile = join(dir, 'ferretdb.log')
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const child = await startChild({
    name: 'FerretDB',
    command: binary,
    args: [
      // Its sqlite handler has no atomic findAndModify, so that jobs run many times.
      '--handler=postgresql',
      `--postgresql-url=${postgresUrl}`,
      `--state-dir=${dir}`,
      `--listen-addr=127.0.0.1:${port}`,
      '--debug-addr=-',
      '--telemetry=disable',
      '--log-level=error',
    ],
    logFile,
    isReady: () => accepts(port),
  })
  return { url: `mongodb://127.0.0.1:${port}/`, port, pid: child.pid, logFile, stop: () => child.stop() }
}
