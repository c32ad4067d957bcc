import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chosen } from '../../domain/contracts/environment.ts'
import { type Environment, readEnvironment } from '../../domain/contracts/read-environment.ts'
import type { ListClass } from '../../domain/contracts/directory.ts'
import { startDiscordStandIn, type DiscordStandIn } from '../discord/stand-in.ts'
import { lists, people, seedLdif } from '../people.ts'
import { startMailSink, type MailSink } from '../servers/mail-sink.ts'
import { startPostgres } from '../servers/postgres.ts'
import { startRedis } from '../servers/redis.ts'
import { startSlapd, type Slapd } from '../servers/slapd.ts'
import { choosePort } from './choose-port.ts'
import type { Given, Replaceable } from './given-environment.ts'
import type { Progress } from './progress.ts'
import { resetCommand } from './reset-command.ts'
import { passwordOf, type Secrets, writeSecrets } from './secrets.ts'

export type StandIns = {
  discord: DiscordStandIn | null
  mail: MailSink | null
  directory: { server: Slapd; passwordFile: string } | null
  /** What the processes must be told to find them. */
  variables: Environment
  stop(): Promise<void>
}

type Wanted = {
  given: Given
  secrets: Secrets
  dataDir: string
  /** Data that nobody will miss may be written faster. */
  isThrowaway: boolean
  progress: Progress
  notice: (sentence: string) => void
  /** Told of a server that has ended though nobody stopped it: nothing starts it again here. */
  news: (sentence: string) => void
}

/** The servers of which some may already run when another one fails. */
type Running = { stop(): Promise<unknown> }[]

/** Starts a stand-in for everything that was not given, all at once. Whatever has started is stopped when one fails. */
export async function startStandIns(wanted: Wanted): Promise<StandIns> {
  const { given } = wanted
  const running: Running = []
  const stop = async () => {
    await Promise.all(running.splice(0).map((server) => server.stop()))
  }
  const kept = async <Server extends Running[number]>(server: Promise<Server>): Promise<Server> => {
    running.push(await server)
    return server
  }
  const unless = <Part>(name: Replaceable, start: (wanted: Wanted, keep: Keep) => Promise<Part>) =>
    given.has(name) ? Promise.resolve(null) : start(wanted, kept)
  const parts = [
    unless('DATABASE_URL', postgres),
    unless('REDIS_URL', redis),
    unless('LDAP_URL', directory),
    unless('DISCORD_TOKEN', discord),
    unless('SMTP_URL', mail),
  ] as const
  // None may come up behind our back after another one failed.
  await Promise.allSettled<unknown>(parts)
  try {
    const [database, cache, ldap, guild, sink] = await Promise.all(parts)
    return {
      discord: guild?.server ?? null,
      mail: sink?.server ?? null,
      directory: ldap,
      variables: Object.assign({}, ...[database, cache, ldap, guild, sink].map((part) => part?.variables)),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

type Keep = <Server extends Running[number]>(server: Promise<Server>) => Promise<Server>

async function postgres({ dataDir, secrets, isThrowaway, progress, notice, news }: Wanted, keep: Keep) {
  const hurry: Record<string, string> = isThrowaway ? { fsync: 'off', full_page_writes: 'off' } : {}
  const start = () =>
    startPostgres({
      dataDir: join(dataDir, 'postgres'),
      password: secrets.postgres,
      settings: { shared_buffers: '64MB', ...hurry },
      onNotice: notice,
      onOwnEnd: sayThatEnded('Postgres', news),
    })
  const { url } = await progress('Postgres', () => keep(start()), portOf)
  // For `npm run admin` beside it: DATABASE_URL_FILE=.data/database-url
  writeFileSync(join(dataDir, 'database-url'), url, { mode: 0o600 })
  return { variables: { DATABASE_URL: url } }
}

async function redis({ given, dataDir, secrets, progress, news }: Wanted, keep: Keep) {
  const passwords = { dev: secrets.redisDev, pro: secrets.redisPro }
  const dir = join(dataDir, 'redis')
  const start = () => startRedis({ dir, passwords, onOwnEnd: sayThatEnded('Redis', news) })
  const { url, proUrl } = await progress('Redis', () => keep(start()), portOf)
  return { variables: { REDIS_URL: given.environment['APP_ENV'] === 'prod' ? proUrl : url } }
}

/** The port that LDAP's own (389) reminds of, so that yesterday's command line still works today. */
const easyLdapPort = 3890

async function directory({ given, dataDir, secrets, isThrowaway, progress, news }: Wanted, keep: Keep) {
  const listClass = listClassOf(given, secrets, dataDir)
  const start = async () =>
    startSlapd({
      dir: join(dataDir, 'slapd'),
      port: await choosePort(isThrowaway ? null : easyLdapPort),
      passwords: { admin: secrets.ldapAdmin, worker: secrets.ldapWorker, reader: secrets.ldapReader },
      seedLdif: seedLdif({ listClass, passwordOf: (uid) => passwordOf(secrets, uid) }),
      fsync: isThrowaway ? 'off' : 'on',
      onOwnEnd: sayThatEnded('The directory (slapd)', news),
    })
  const what = `${people.length} invented people, ${lists.length} lists`
  const server = await progress(
    'Directory',
    () => keep(start()),
    (own) => `${what}, ${portOf(own)}`,
  )
  writeSecrets(dataDir, { ...secrets, listClass })
  const passwordFile = join(dataDir, 'ldap-password')
  // Without a line's end: ldapsearch -y takes the whole file for the password.
  writeFileSync(passwordFile, server.admin.password, { mode: 0o600 })
  return {
    server,
    passwordFile,
    variables: {
      LDAP_URL: server.url,
      LDAP_STARTTLS: 'off',
      LDAP_CA_FILE: '',
      LDAP_BIND_DN: server.worker.dn,
      LDAP_BIND_PASSWORD: server.worker.password,
      LDAP_READ_BIND_DN: server.reader.dn,
      LDAP_READ_BIND_PASSWORD: server.reader.password,
      LDAP_PEOPLE_BASE: server.peopleBase,
      LDAP_PEOPLE_FILTER: '',
      LDAP_LISTS_BASE: server.listsBase,
      LDAP_LIST_CLASS: listClass,
      LDAP_PLACEHOLDER_DN: '',
      LDAP_ADMIN_GROUP: server.adminGroup,
      LDAP_ADMIN_GID: '',
    },
  }
}

/** @throws when the lists that were kept are of another class than the one that is wanted now. */
function listClassOf({ environment }: Given, secrets: Secrets, dataDir: string): ListClass {
  const wanted = environment['LDAP_LIST_CLASS']
    ? readEnvironment(chosen('LDAP_LIST_CLASS'), environment).LDAP_LIST_CLASS
    : null
  if (wanted !== null && secrets.listClass !== null && wanted !== secrets.listClass)
    throw new Error(
      `LDAP_LIST_CLASS is ${wanted}, but the lists that were kept are of class ${secrets.listClass}. For new ones: ${resetCommand(dataDir)}`,
    )
  return wanted ?? secrets.listClass ?? 'groupOfUniqueNames'
}

/** Ids that look like Discord's; they are no secrets. */
const applicationId = '200000000000000001'
const guildId = '200000000000000002'
const generalChannel = { id: '200000000000000003', name: 'general' }
const alertChannel = { id: '200000000000000005', name: 'guildpost-alerts' }
const workflowChannel = { id: '200000000000000006', name: 'workflows' }
const verifiedRole = { id: '200000000000000004', name: 'verified' }

async function discord({ secrets, progress }: Wanted, keep: Keep) {
  const token = secrets.discordToken
  const start = () =>
    startDiscordStandIn({
      token,
      applicationId,
      guildId,
      channels: [generalChannel, alertChannel, workflowChannel],
      roles: [verifiedRole],
      membersIntent: true,
    })
  const server = await progress('Discord', () => keep(start()), portOf)
  return {
    server,
    variables: {
      DISCORD_TOKEN: token,
      DISCORD_APPLICATION_ID: applicationId,
      DISCORD_GUILD_ID: guildId,
      DISCORD_API_URL: server.url,
      DISCORD_ALERT_CHANNEL_ID: alertChannel.id,
      DISCORD_WORKFLOW_CHANNEL_ID: workflowChannel.id,
      DISCORD_VERIFIED_ROLE_ID: verifiedRole.id,
    },
  }
}

async function mail({ given, progress }: Wanted, keep: Keep) {
  const server = await progress('Mail', () => keep(startMailSink()), portOf)
  const from = given.environment['MAIL_FROM'] || 'guildpost <lists@example.org>'
  return { server, variables: { SMTP_URL: server.url, MAIL_FROM: from } }
}

const sayThatEnded = (name: string, news: Wanted['news']) => (how: string) =>
  news(`${name} ended by itself (${how}). Ctrl-C and npm start bring it back.`)

function portOf({ port, pid }: { port: number; pid?: number }): string {
  return pid === undefined ? `port ${port}` : `port ${port}, process ${pid}`
}
