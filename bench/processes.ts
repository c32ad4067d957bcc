import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Child } from '../sandbox/child.ts'
import { type DiscordStandIn, startDiscordStandIn } from '../sandbox/discord/stand-in.ts'
import { freePort } from '../sandbox/free-port.ts'
import { nodeFlags } from '../sandbox/node-flags.ts'
import { randomPassword } from '../sandbox/servers/passwords.ts'
import type { Slapd } from '../sandbox/servers/slapd.ts'
import type { Environment, Stage } from './stage.ts'

const applicationId = '200000000000000001'
const guildId = '300000000000000001'

/** How our processes run wherever they are started. */
export const nodeOptions = nodeFlags.join(' ')

/** What the real api, bot and worker are told, and how to start them. */
export type Processes = {
  apiUrl: string
  serviceToken: string
  discord: DiscordStandIn
  /** What each of them is told. */
  environment: Environment
  start: (name: 'api' | 'bot' | 'worker', more?: Environment) => Promise<Child>
}

type Servers = {
  databaseUrl: string
  jobsUrl?: string
  directory?: Slapd
  channels?: { id: string; name: string }[]
}

/** A stand-in for Discord, and the processes as operators run them, with limits that no load reaches. */
export async function prepareProcesses(
  stage: Stage,
  { databaseUrl, jobsUrl = databaseUrl, directory, channels }: Servers,
): Promise<Processes> {
  const token = randomPassword()
  const serviceToken = randomPassword() + randomPassword()
  const discord = await startDiscordStandIn({
    token,
    applicationId,
    guildId,
    ...(channels ? { channels } : {}),
  })
  stage.keep(discord)
  const [port, workerPort] = [await freePort(), await freePort()]
  const apiUrl = `http://127.0.0.1:${port}`
  const suffix = directory?.suffix ?? 'dc=example,dc=org'
  const environment: Environment = {
    NODE_OPTIONS: nodeOptions,
    APP_ENV: 'dev',
    LOG_LEVEL: 'info',
    DATABASE_URL: databaseUrl,
    JOBS_URL: jobsUrl,
    REDIS_URL: stage.redis.url,
    API_PORT: String(port),
    API_URL: apiUrl,
    SERVICE_TOKEN: serviceToken,
    CHANGES_LIMIT: '1000000',
    LDAP_URL: directory?.url ?? 'ldap://127.0.0.1:9',
    LDAP_BIND_DN: directory?.worker.dn ?? `cn=nobody,${suffix}`,
    LDAP_BIND_PASSWORD: directory?.worker.password ?? 'none',
    LDAP_PEOPLE_BASE: `ou=people,${suffix}`,
    LDAP_LISTS_BASE: `ou=lists,${suffix}`,
    DISCORD_TOKEN: token,
    DISCORD_APPLICATION_ID: applicationId,
    DISCORD_GUILD_ID: guildId,
    DISCORD_API_URL: discord.url,
    SMTP_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'guildpost <lists@example.org>',
  }
  const own = { api: {}, bot: {}, worker: { HEALTH_PORT: String(workerPort) } }
  const isReady = {
    api: () => answers(`${apiUrl}/healthz`),
    bot: async () => discord.connectedBots > 0,
    worker: () => answers(`http://127.0.0.1:${workerPort}/healthz`),
  }
  return {
    apiUrl,
    serviceToken,
    discord,
    environment,
    start: (name, more = {}) =>
      stage.process(`${name}/main.ts`, { ...environment, ...own[name], ...more }, isReady[name]),
  }
}

/** Whether something answers 200 there. */
export async function answers(url: string, headers: Record<string, string> = {}): Promise<boolean> {
  return fetch(url, { headers }).then(
    (answer) => answer.ok,
    () => false,
  )
}

/** Asks every 10 ms. @throws {Error} after two minutes. */
export async function until(what: string, ask: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 120_000
  while (!(await ask())) {
    if (Date.now() > giveUpAt) throw new Error(`waited in vain until ${what}`)
    await delay(10)
  }
}

/** One client for set-up and for looking. */
export async function withClient<Result>(
  url: string,
  use: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

/** Waits until the worker has read the directory once. */
export async function mirrored(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, (client) =>
    until('the directory was read', async () => {
      const { rowCount } = await client.query(`select from sync_run where state = 'done' limit 1`)
      return rowCount === 1
    }),
  )
}
