import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { accepts, type OnOwnEnd, startChild } from '../child.ts'
import { freeze } from '../freeze.ts'
import { freePort } from '../free-port.ts'
import { randomPassword } from './passwords.ts'

export type RedisOptions = {
  /** Access list and log. Nothing of the data is kept: losing it must lose nothing. */
  dir: string
  port?: number
  /** Random ones when left out. */
  passwords?: { dev: string; pro: string }
  onOwnEnd?: OnOwnEnd
}

export type Redis = {
  /** As user `dev`, who sees keys and channels that begin with `dev:` only. */
  readonly url: string
  /** The same for user `pro` and `pro:`. */
  readonly proUrl: string
  readonly port: number
  readonly pid: number
  readonly logFile: string
  stop(): Promise<void>
  /** Starts it anew on the same port, empty. */
  restart(): Promise<void>
  kill9(): Promise<void>
  pause(): void
  resume(): void
}

/** Starts a private Redis on 127.0.0.1 that keeps nothing on disk. Throws when redis-server is not installed. */
export async function startRedis(options: RedisOptions): Promise<Redis> {
  const { dir, passwords = { dev: randomPassword(), pro: randomPassword() } } = options
  const port = options.port ?? (await freePort())
  const logFile = join(dir, 'redis.log')
  const aclFile = join(dir, 'users.acl')
  const confFile = join(dir, 'redis.conf')
  await mkdir(dir, { recursive: true, mode: 0o700 })
  await writeFile(
    aclFile,
    `user default off\n${aclOf('dev', passwords.dev)}\n${aclOf('pro', passwords.pro)}\n`,
    {
      mode: 0o600,
    },
  )
  const conf = [
    'bind 127.0.0.1',
    `port ${port}`,
    `dir "${dir}"`,
    `aclfile "${aclFile}"`,
    'save ""',
    'appendonly no',
    'maxmemory 256mb',
    'maxmemory-policy noeviction',
  ]
  await writeFile(confFile, `${conf.join('\n')}\n`, { mode: 0o600 })
  const start = () =>
    startChild({
      name: 'Redis',
      command: 'redis-server',
      args: [confFile],
      logFile,
      onOwnEnd: options.onOwnEnd,
      isReady: () => accepts(port),
    })
  let child = await start()
  return {
    url: `redis://dev:${passwords.dev}@127.0.0.1:${port}`,
    proUrl: `redis://pro:${passwords.pro}@127.0.0.1:${port}`,
    port,
    logFile,
    get pid() {
      return child.pid
    },
    stop: () => child.stop(),
    async restart() {
      await child.stop()
      child = await start()
    },
    async kill9() {
      child.signal('SIGKILL')
      await child.ended
    },
    pause: () => freeze(child.pid),
    resume: () => child.signal('SIGCONT'),
  }
}

/** What an application needs, and INFO, which its client asks before it calls a connection ready. */
export function aclOf(user: 'dev' | 'pro', password: string): string {
  return `user ${user} on >${password} ~${user}:* &${user}:* +@all -@dangerous -@admin +info`
}
