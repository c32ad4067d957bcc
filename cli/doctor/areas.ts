import type { Logger } from 'pino'
import { createDiscordReader } from '../../adapters/discord-rest/read-application.ts'
import { createJobs } from '../../adapters/jobs/create-jobs.ts'
import { chooseStore } from '../../adapters/jobs/job-store.ts'
import { commands } from '../../bot/commands/index.ts'
import { createTranslations } from '../../texts/translate.ts'
import type { Database } from '../../domain/store/database.ts'
import { listen } from '../../domain/store/listen.ts'
import { readNoticeRules } from '../../domain/store/topics/read-notice-rules.ts'
import { newId } from '../../domain/store/new-id.ts'
import { migrations } from '../../migrations/index.ts'
import { apiArea } from './api.ts'
import { clocksArea } from './clocks.ts'
import { directoryArea } from './directory.ts'
import { discordArea } from './discord.ts'
import { type Area, doubtful, right, wrong } from './finding.ts'
import { jobsArea } from './jobs.ts'
import { mailArea } from './mail.ts'
import { postgresArea } from './postgres.ts'
import type { Settings } from './read-settings.ts'
import { redisArea } from './redis.ts'
import { secretsArea } from './secrets.ts'

/** For descriptions only: nothing in them is escaped, or can be clicked. */
const texts = createTranslations({ escape: (text) => text, command: (name) => `/${name}` })

/** Somebody waits for what is said here, and who comes too often is let in after a moment. */
const discordPatienceMs = 5000

export type Wishes = { worker: boolean; sendTestTo: string | undefined }

/** What is looked at, in the order in which one leans on the other. What is not configured is told by the first. */
export function areasOf(
  settings: Settings,
  db: Database | null,
  log: Logger,
  { worker, sendTestTo }: Wishes,
): Area[] {
  const { values, appEnv } = settings
  const areas: Area[] = [configurationArea(settings)]
  if (values.REDIS_URL !== undefined)
    areas.push(redisArea({ url: values.REDIS_URL, environment: appEnv, otherUrl: settings.otherRedisUrl }))
  if (db !== null && values.DATABASE_URL !== undefined)
    areas.push(
      postgresArea({
        db,
        url: values.DATABASE_URL,
        appEnv,
        guildId: values.DISCORD_GUILD_ID ?? null,
        applicationId: values.DISCORD_APPLICATION_ID ?? null,
        migrations,
        poolMax: values.DATABASE_POOL_MAX ?? 10,
      }),
      clocksArea(db),
    )
  if (db !== null && values.JOBS_URL !== undefined && values.REDIS_URL !== undefined) {
    const store = {
      url: values.JOBS_URL,
      environment: appEnv,
      redisUrl: values.REDIS_URL,
      name: 'doctor',
      log,
    }
    areas.push(
      jobsArea({
        openStore: async () => (await chooseStore(store))(),
        db,
        sweepIntervalS: values.SWEEP_INTERVAL_S ?? 30,
        sample: worker ? () => runSample(store, values.DATABASE_URL ?? '') : null,
      }),
    )
  }
  if (values.API_URL !== undefined)
    areas.push(
      apiArea({ url: values.API_URL.replace(/\/+$/, ''), serviceToken: values.SERVICE_TOKEN?.split(',')[0] }),
    )
  const directory = directoryOf(settings)
  if (directory !== null) areas.push(directoryArea(directory))
  if (values.DISCORD_TOKEN !== undefined)
    areas.push(
      discordArea({
        discord: createDiscordReader({
          token: values.DISCORD_TOKEN,
          ...(values.DISCORD_API_URL === undefined ? {} : { apiUrl: values.DISCORD_API_URL }),
          log,
          patienceMs: discordPatienceMs,
        }),
        applicationId: values.DISCORD_APPLICATION_ID,
        guildId: values.DISCORD_GUILD_ID,
        verifiedRoleId: values.DISCORD_VERIFIED_ROLE_ID,
        channels: {
          DISCORD_ALERT_CHANNEL_ID: values.DISCORD_ALERT_CHANNEL_ID,
          DISCORD_WORKFLOW_CHANNEL_ID: values.DISCORD_WORKFLOW_CHANNEL_ID,
        },
        rules:
          db === null
            ? null
            : {
                readRules: () => readNoticeRules(db),
                hasMail: values.SMTP_URL !== undefined && values.MAIL_FROM !== undefined,
              },
        commands: commands.map(({ definition }) => definition(texts)),
      }),
    )
  if (values.SMTP_URL !== undefined && values.MAIL_FROM !== undefined)
    areas.push(mailArea({ url: values.SMTP_URL, from: values.MAIL_FROM, log, sendTestTo }))
  areas.push(
    secretsArea({
      environment: settings.environment,
      secrets: settings.secrets,
      files: settings.files,
      expire: values.SECRETS_EXPIRE,
    }),
  )
  return areas
}

/** Null where what it takes is not configured. */
function directoryOf({ values }: Settings): Parameters<typeof directoryArea>[0] | null {
  const { LDAP_URL, LDAP_PEOPLE_BASE, LDAP_LISTS_BASE, LDAP_BIND_DN, LDAP_BIND_PASSWORD } = values
  if (!LDAP_URL || !LDAP_PEOPLE_BASE || !LDAP_LISTS_BASE || !LDAP_BIND_DN || !LDAP_BIND_PASSWORD) return null
  return {
    config: {
      url: LDAP_URL,
      caFile: values.LDAP_CA_FILE,
      startTls: values.LDAP_STARTTLS === 'on',
      bindDn: LDAP_BIND_DN,
      bindPassword: LDAP_BIND_PASSWORD,
      peopleBase: LDAP_PEOPLE_BASE,
      peopleFilter: values.LDAP_PEOPLE_FILTER ?? '(objectClass=inetOrgPerson)',
      listsBase: LDAP_LISTS_BASE,
      listClass: values.LDAP_LIST_CLASS ?? 'groupOfUniqueNames',
      adminGroup: values.LDAP_ADMIN_GROUP,
      timeoutMs: 8000,
    },
    reader: { bindDn: values.LDAP_READ_BIND_DN, bindPassword: values.LDAP_READ_BIND_PASSWORD },
    adminGid: values.LDAP_ADMIN_GID,
    placeholderDn: values.LDAP_PLACEHOLDER_DN ?? LDAP_BIND_DN,
    mayWrite: values.WRITES === 'on',
  }
}

const configurationArea = ({ problems, appEnv, cut }: Settings): Area => ({
  name: 'configuration',
  check: async function* () {
    if (problems.length === 0)
      yield right('variables', `those of api, bot and worker are valid, for ${appEnv}`)
    for (const name of cut)
      yield doubtful(
        name,
        `in .env.${appEnv} its value ends before the #: what is behind it counts as a comment`,
        `If that belongs to the value, put it between quotes: ${name}="…".`,
      )
    for (const problem of problems) {
      const [name = 'variables'] = /^[A-Z][A-Z_]+/.exec(problem) ?? []
      yield wrong(
        name,
        problem.slice(name.length).replace(/^[\s:]+/, ''),
        'docs/environment.md says what each variable is.',
      )
    }
  },
})

const sampleWithinMs = 10_000

/** Queues a job that does nothing but say that it ran, and hears of it. */
async function runSample(store: Parameters<typeof createJobs>[0], databaseUrl: string): Promise<void> {
  const id = newId()
  const ran = Promise.withResolvers<void>()
  const hear = (_channel: string, said: string) => {
    if (said === id) ran.resolve()
  }
  const listener = listen(databaseUrl, ['pong'], hear, { log: store.log, onReconnect: () => {} })
  const jobs = await createJobs(store)
  const timer = setTimeout(() => ran.reject(new Error('no worker ran it')), sampleWithinMs)
  try {
    await listener.ready
    await jobs.start()
    await jobs.now('ping', { id })
    await ran.promise
  } finally {
    clearTimeout(timer)
    await jobs.stop({ graceMs: 0 })
    await listener.close()
  }
}
