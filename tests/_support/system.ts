import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { inject, type TestContext } from 'vitest'
import { startChild, type Child } from '../../sandbox/child.ts'
import type { DiscordStandIn, DiscordStandInOptions, DiscordUser } from '../../sandbox/discord/stand-in.ts'
import { freePort } from '../../sandbox/free-port.ts'
import type { MailSink } from '../../sandbox/servers/mail-sink.ts'
import { randomPassword } from '../../sandbox/servers/passwords.ts'
import { newBrowser } from '../api/browser.ts'
import { cleanUpAfter } from './cleanup.ts'
import { compileCache } from './compile-cache.ts'
import { discordNames, startTestDiscord } from './discord.ts'
import { startTestMailSink, type TestDirectoryOptions } from './servers.ts'
import { createWorld, type World } from './world.ts'

const root = join(import.meta.dirname, '../..')
const { applicationId, guildId } = discordNames

/** Everything, as operators run it: three processes over real servers, with a stand-in for Discord only. */
export type System = World & {
  discord: DiscordStandIn
  mail: MailSink
  apiUrl: string
  /** What each process is told. */
  environment: Record<string, string>
  /** What the bot may do at the API, for looking. */
  api: (
    path: string,
    user: DiscordUser,
    init?: { method?: string; headers?: Record<string, string>; body?: string },
  ) => Promise<Response>
  start: (name: 'api' | 'bot' | 'worker', environment?: Record<string, string>) => Promise<Child>
  /** Somebody on Discord who is not linked yet. */
  onDiscord: (uid: string, locale?: string) => DiscordUser
  /** Links them the way people do: page, password, code. */
  link: (user: DiscordUser, uid: string) => Promise<void>
}

export type SystemOptions = TestDirectoryOptions & {
  jobsUrl?: string
  discord?: Partial<DiscordStandInOptions>
}

/** Prepares the servers; `start` starts the processes. */
export async function createSystem(
  { jobsUrl, discord: discordOptions = {}, ...options }: SystemOptions = {},
  t?: TestContext,
): Promise<System> {
  const world = await createWorld(options, t)
  const token = randomPassword()
  const discord = await startTestDiscord({ token, ...discordOptions }, t)
  const mail = await startTestMailSink(t)
  const port = await freePort()
  const apiUrl = `http://127.0.0.1:${port}`
  const serviceToken = randomPassword() + randomPassword()
  const environment = {
    ...world.workerEnvironment({ SYNC_INTERVAL_S: '2' }),
    ...(jobsUrl ? { JOBS_URL: jobsUrl } : {}),
    API_PORT: String(port),
    API_URL: apiUrl,
    SERVICE_TOKEN: serviceToken,
    CHANGES_LIMIT: '10000',
    LDAP_READ_BIND_DN: world.directory.reader.dn,
    LDAP_READ_BIND_PASSWORD: world.directory.reader.password,
    DISCORD_TOKEN: token,
    DISCORD_APPLICATION_ID: applicationId,
    DISCORD_GUILD_ID: guildId,
    DISCORD_API_URL: discord.url,
    SMTP_URL: mail.url,
  }
  // All tests of a run share one Redis, and with it the limits of an account: each system has its own accounts.
  const firstUser = 600_000_000_000_000_000n + BigInt(randomInt(2 ** 40))
  let users = 0

  const system: System = {
    ...world,
    discord,
    mail,
    apiUrl,
    environment,
    api: (path, user, init = {}) =>
      fetch(`${apiUrl}/api/v1${path}`, {
        ...init,
        headers: { authorization: `Bearer ${serviceToken}`, 'x-discord-user': user.id, ...init.headers },
      }),
    start: async (name, more = {}) => {
      const child = await startChild({
        name,
        command: process.execPath,
        args: [`${name}/main.ts`],
        cwd: root,
        env: { PATH: process.env['PATH'], ...compileCache, ...environment, LOG_LEVEL: 'info', ...more },
        logFile: join(inject('runDir'), 'logs', `${name}-${port}.log`),
        isReady: () => isReady(name),
        startWithinMs: 20_000,
      })
      cleanUpAfter(t, () => child.stop())
      return child
    },
    onDiscord: (uid, locale = 'en-US') => {
      users += 1
      return discord.addUser({ id: String(firstUser + BigInt(users)), username: uid, locale })
    },
    link: async (user, uid) => {
      const linking = await discord.slash(user, 'link')
      const offered = await linking.settled()
      const browser = newBrowser()
      const page = await browser.open(urlIn(offered))
      const proven = await browser.submit(page, { username: uid, password: world.directory.passwordOf(uid) })
      const code = /(\d{3}) ?(\d{3})/.exec(proven.text)?.slice(1).join('')
      if (code === undefined) throw new Error(`the page shows no code: ${proven.text}`)
      const modal = await discord.press(user, linking, buttonIn(offered))
      await modal.modalShown()
      await (await discord.submitModal(user, modal, { code })).settled()
    },
  }
  return system

  async function isReady(name: string): Promise<boolean> {
    if (name === 'bot') return discord.connectedBots > 0
    if (name === 'worker') return true
    return fetch(`${apiUrl}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    )
  }
}

type Shown = Awaited<ReturnType<Awaited<ReturnType<DiscordStandIn['slash']>>['settled']>>

const partsOf = (message: Shown) => JSON.stringify(message.components)

function urlIn(message: Shown): string {
  const url = /"url":"([^"]+)"/.exec(partsOf(message))?.[1]
  if (url === undefined) throw new Error(`there is no link in ${JSON.stringify(message)}`)
  return url
}

function buttonIn(message: Shown): string {
  const id = /"custom_id":"([^"]+)"/.exec(partsOf(message))?.[1]
  if (id === undefined) throw new Error(`there is no button in ${JSON.stringify(message)}`)
  return id
}
