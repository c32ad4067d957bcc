import { join } from 'node:path'
import { styleText } from 'node:util'
import { chosen } from '../../domain/contracts/environment.ts'
import { type Environment, readEnvironment } from '../../domain/contracts/read-environment.ts'
import { migrateUp } from '../../domain/store/installation/migrate.ts'
import { migrations } from '../../migrations/index.ts'
import type { DiscordStandIn } from '../discord/stand-in.ts'
import { type DirectoryAccess, directoryAccess } from '../prompt/directory.ts'
import type { Screen } from '../prompt/screen.ts'
import type { MailSink } from '../servers/mail-sink.ts'
import { chooseApiAddress } from './api-address.ts'
import { bringBackMembers } from './bring-back-members.ts'
import { endLeaseOfBefore } from './end-lease-of-before.ts'
import type { Given } from './given-environment.ts'
import type { ProcessName } from './log-line.ts'
import { createLogView, type LogMode, type LogView } from './log-view.ts'
import { chooseHealthPorts } from './health-ports.ts'
import { processEnvironment } from './process-environment.ts'
import { showProgress } from './progress.ts'
import { refuseOtherGuild } from './refuse-other-guild.ts'
import { passwordOf, readSecrets } from './secrets.ts'
import { startStandIns } from './stand-ins.ts'
import { supervise } from './supervise.ts'
import { untilReady } from './until-ready.ts'

export type System = {
  /** How people reach the API. */
  apiUrl: string
  /** Null where the real thing was given. */
  discord: DiscordStandIn | null
  mail: MailSink | null
  directory: DirectoryAccess
  /** What an invented person signs in with; null for the people of a real directory. */
  passwordOf: ((uid: string) => string) | null
  logs: LogView
  /** Its database was there before: what only the stand-ins for Discord and mail knew is gone. */
  isAgain: boolean
}

export type SystemOptions = {
  root: string
  dataDir: string
  given: Given
  /** Data that nobody will miss may be written faster. */
  isThrowaway: boolean
  screen: Screen
  /** What is shown of the logs while it starts. */
  logMode: LogMode
  /** Aborted when it shall stop, even while it is still starting. */
  stopping: AbortSignal
  /** Stops what was started, in the right order. */
  owner: AsyncDisposableStack
}

/**
 * Brings everything up: stand-ins, schema, and the three processes.
 * @throws {ConfigError} or {ConfigRefused} when the configuration is refused, and {Error} when something did not come up.
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { root, dataDir, given, screen, stopping, owner } = options
  const progress = showProgress(screen)
  const secrets = readSecrets(dataDir)
  const logs = createLogView(join(dataDir, 'logs'), { screen, mode: options.logMode })
  owner.defer(() => logs.close())

  const warn = (sentence: string) => screen.print(`${styleText('yellow', '⚠')} ${sentence}`)
  const address = await chooseApiAddress(given, options)
  const healthPorts = await chooseHealthPorts(given, { screen, address })
  owner.defer(() => screen.print('Everything has stopped.'))
  const standIns = await startStandIns({
    ...options,
    secrets,
    progress,
    notice: (text) => screen.print(text),
    // Whoever ends all of it from outside may end these before us.
    news: (sentence) => void (stopping.aborted || warn(sentence)),
  })
  owner.defer(() => standIns.stop())
  stopping.throwIfAborted()

  const environment = processEnvironment(given, secrets, { variables: standIns.variables, address })
  const applied = await progress('Schema', () => migrate(environment), describeSteps)
  if (!given.has('DATABASE_URL')) {
    await refuseOtherGuild(environment, options)
    await endLeaseOfBefore(environment)
  }
  if (standIns.discord !== null) await bringBackMembers(environment, standIns.discord)
  stopping.throwIfAborted()

  const environments: Record<ProcessName, Environment> = {
    api: environment,
    worker: { ...environment, HEALTH_PORT: String(healthPorts.worker) },
    bot: { ...environment, HEALTH_PORT: String(healthPorts.bot) },
  }
  const processes = (['api', 'worker', 'bot'] as const).map((name) =>
    supervise({
      name,
      root,
      environment: environments[name],
      onLine: (raw) => logs.take(name, raw),
      onNews: warn,
    }),
  )
  owner.defer(async () => {
    // What they say as they go is of no use to somebody who leaves; it is in the log files.
    logs.mode = 'off'
    // The bot first: it gives its lease back to the API, so that the next one need not stand by.
    await processes.find(({ name }) => name === 'bot')?.stop()
    await Promise.all(processes.map((one) => one.stop()))
  })
  const urls = {
    api: address.localUrl,
    worker: healthUrl(environments.worker),
    bot: healthUrl(environments.bot),
  }
  await untilReady({ processes, urls, environment, lastWords: (name) => logs.last(name), progress, stopping })

  return {
    apiUrl: address.url,
    discord: standIns.discord,
    mail: standIns.mail,
    directory: directoryAccess(environment, standIns.directory),
    passwordOf: standIns.directory === null ? null : (uid) => passwordOf(secrets, uid),
    logs,
    isAgain: applied.length < migrations.length,
  }
}

function healthUrl({ HEALTH_PORT }: Environment): string {
  return `http://127.0.0.1:${HEALTH_PORT}`
}

async function migrate(environment: Environment): Promise<string[]> {
  const { APP_ENV, DATABASE_URL } = readEnvironment(chosen('APP_ENV', 'DATABASE_URL'), environment)
  return migrateUp(DATABASE_URL, migrations, APP_ENV)
}

function describeSteps(applied: string[]): string {
  return applied.length === 0 ? 'up to date' : `${applied.length} steps applied`
}
