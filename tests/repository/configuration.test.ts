import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { readApiConfig, variables as apiVariables } from '../../api/config.ts'
import { readBotConfig, variables as botVariables } from '../../bot/config.ts'
import { ConfigError, type Environment } from '../../domain/contracts/read-environment.ts'
import { readWorkerConfig, variables as workerVariables } from '../../worker/config.ts'
import { described } from './described.ts'
import { inEmptyFolder } from './in-empty-folder.ts'

const id = '123456789012345678'

/** A right and a wrong value of each variable. Null: whatever it is, it is taken. */
const values: Readonly<Record<string, { right: string; wrong: string | null }>> = {
  APP_ENV: { right: 'dev', wrong: 'staging' },
  LOG_LEVEL: { right: 'debug', wrong: 'loud' },
  DATABASE_URL: { right: 'postgres://guildpost@127.0.0.1/guildpost', wrong: 'mysql://127.0.0.1/guildpost' },
  DATABASE_POOL_MAX: { right: '20', wrong: '1' },
  JOBS_URL: { right: 'mongodb://127.0.0.1/guildpost', wrong: 'redis://127.0.0.1' },
  REDIS_URL: { right: 'redis://dev:secret@127.0.0.1', wrong: 'http://127.0.0.1' },
  API_HOST: { right: '0.0.0.0', wrong: null },
  API_PORT: { right: '8080', wrong: '65536' },
  API_URL: { right: 'https://lists.example.org', wrong: 'lists.example.org' },
  HEALTH_PORT: { right: '8081', wrong: '0' },
  SERVICE_TOKEN: { right: 's'.repeat(32), wrong: 'short' },
  METRICS_TOKEN: { right: 'm'.repeat(16), wrong: 'short' },
  TRUST_PROXY: { right: '10.0.0.0/8', wrong: 'everybody' },
  CORS_ORIGINS: { right: 'https://members.example.org', wrong: '*' },
  LDAP_URL: { right: 'ldaps://ldap.example.org', wrong: 'https://ldap.example.org' },
  LDAP_CA_FILE: { right: join(import.meta.dirname, '../../package.json'), wrong: '/nowhere/ca.pem' },
  LDAP_STARTTLS: { right: 'off', wrong: 'yes' },
  LDAP_BIND_DN: { right: 'cn=guildpost,dc=example,dc=org', wrong: 'guildpost' },
  LDAP_BIND_PASSWORD: { right: 'secret', wrong: null },
  LDAP_READ_BIND_DN: { right: 'cn=reader,dc=example,dc=org', wrong: 'reader' },
  LDAP_READ_BIND_PASSWORD: { right: 'secret', wrong: null },
  LDAP_PEOPLE_BASE: { right: 'ou=people,dc=example,dc=org', wrong: 'people' },
  LDAP_PEOPLE_FILTER: { right: '(uid=*)', wrong: 'uid=*' },
  LDAP_LISTS_BASE: { right: 'ou=lists,dc=example,dc=org', wrong: 'lists' },
  LDAP_LIST_CLASS: { right: 'posixGroup', wrong: 'group' },
  LDAP_PLACEHOLDER_DN: { right: 'cn=nobody,dc=example,dc=org', wrong: 'nobody' },
  LDAP_ADMIN_GROUP: { right: 'cn=admins,dc=example,dc=org', wrong: 'admins' },
  LDAP_ADMIN_GID: { right: '500', wrong: '-1' },
  LISTS_DEFAULT_JOIN: { right: 'closed', wrong: 'shut' },
  WRITES: { right: 'off', wrong: 'no' },
  DISCORD_TOKEN: { right: 'token', wrong: null },
  DISCORD_APPLICATION_ID: { right: id, wrong: '12' },
  DISCORD_GUILD_ID: { right: id, wrong: 'the-club' },
  DISCORD_API_URL: { right: 'https://discord.com/api', wrong: 'discord.com' },
  DISCORD_ALERT_CHANNEL_ID: { right: id, wrong: '#alerts' },
  DISCORD_WORKFLOW_CHANNEL_ID: { right: id, wrong: '#work' },
  DISCORD_VERIFIED_ROLE_ID: { right: id, wrong: '@member' },
  SMTP_URL: { right: 'smtps://mail.example.org', wrong: 'mail.example.org' },
  MAIL_FROM: { right: 'guildpost <lists@example.org>', wrong: 'x' },
  ALERT_MAIL_TO: { right: 'ops@example.org', wrong: 'x' },
  GITHUB_WEBHOOK_SECRET: { right: 'g'.repeat(32), wrong: 'short' },
  ALERTMANAGER_TOKEN: { right: 'a'.repeat(32), wrong: 'short' },
  SYNC_INTERVAL_S: { right: '60', wrong: '0' },
  RECONCILE_INTERVAL_S: { right: '600', wrong: '1.5' },
  SWEEP_INTERVAL_S: { right: '30', wrong: '3601' },
  REMOVAL_LIMIT_PERCENT: { right: '30', wrong: '101' },
  REMOVAL_LIMIT_COUNT: { right: '0', wrong: 'few' },
  ALERT_AFTER_S: { right: '0', wrong: '-1' },
  CHANGES_LIMIT: { right: '5', wrong: '0' },
  CHANGES_WINDOW_S: { right: '60', wrong: 'soon' },
  AUDIT_SIGNING_KEY: { right: 'A'.repeat(43), wrong: 'A'.repeat(42) },
  SECRETS_EXPIRE: { right: 'DISCORD_TOKEN=2030-01-31', wrong: 'soon' },
  SESSION_DAYS: { right: '7', wrong: '0' },
  SITE_TZ: { right: 'Asia/Taipei', wrong: 'Taipei' },
}

/** Needs a file of its own kind, or another variable beside it. */
const withCompany: Readonly<Record<string, Environment>> = {
  LDAP_READ_BIND_DN: { LDAP_READ_BIND_PASSWORD: 'secret' },
  LDAP_READ_BIND_PASSWORD: { LDAP_READ_BIND_DN: 'cn=reader,dc=example,dc=org' },
  DISCORD_VERIFIED_ROLE_ID: { DISCORD_GUILD_ID: id },
}

type Described = { meaning: string; fallback?: string; optional?: true; secret?: true }

const processes = [
  { of: 'api', reads: apiVariables, read: (given: Environment) => void readApiConfig(given, '/nowhere') },
  { of: 'bot', reads: botVariables, read: (given: Environment) => void readBotConfig(given, '/nowhere') },
  {
    of: 'worker',
    reads: workerVariables,
    read: (given: Environment) => void readWorkerConfig(given, '/nowhere'),
  },
]

const cases = processes.flatMap(({ of, reads, read }) => {
  const named = Object.entries<Described>(reads)
  const required = named.filter(([, { fallback, optional }]) => fallback === undefined && !optional)
  const least: Environment = Object.fromEntries(required.map(([name]) => [name, values[name]?.right]))
  return named.map(([name, variable]) => ({ of, name, variable, least, read }))
})

/** The problems that a process finds; the test's own name is looked for in them. */
function problemsOf({ read }: (typeof cases)[number], environment: Environment): readonly string[] {
  try {
    read(environment)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'guildpost-configuration-'))
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(folder)
  onTestFinished(() => {
    cwd.mockRestore()
    rmSync(folder, { recursive: true })
  })
  return folder
}

const startOf = (problem: string) => problem.split(':')[0]

describe.for(cases)('$name of the $of', (one) => {
  const { name, variable, least } = one
  const isRequired = variable.fallback === undefined && !variable.optional
  const { right = '', wrong = null } = values[name] ?? {}
  const given = { ...least, ...withCompany[name] }

  it.for([
    ['missing', undefined],
    ['empty', ''],
  ] as const)('%s', ([, value]) => {
    inEmptyFolder()
    const alone = { ...least, [name]: value }
    expect(problemsOf(one, alone).map(startOf)).toEqual(isRequired ? [`${name} is missing`] : [])
  })

  it('right', () => {
    inEmptyFolder()
    const value = name === 'LDAP_CA_FILE' ? undefined : right
    expect(problemsOf(one, { ...given, [name]: value })).toEqual([])
  })

  if (wrong !== null)
    it('wrong', () => {
      inEmptyFolder()
      const problems = problemsOf(one, { ...given, [name]: wrong })
      expect(problems[0]).toEqual(expect.stringMatching(new RegExp(`^${name}\\b.*Example: ${name}=`)))
    })

  if (variable.secret)
    it('a wrong secret is not shown', () => {
      inEmptyFolder()
      const secret = 'a, wrong, secret'
      expect(problemsOf(one, { ...given, [name]: secret }).join()).not.toContain(secret)
    })

  if (variable.secret)
    it('from a file, and from one that is not there', () => {
      const folder = freshFolder()
      const file = join(folder, 'secret')
      writeFileSync(file, `${right}\n`)
      expect(problemsOf(one, { ...given, [name]: undefined, [`${name}_FILE`]: file })).toEqual([])
      const unread = problemsOf(one, { ...given, [name]: undefined, [`${name}_FILE`]: '/nowhere/secret' })
      expect(unread).toContainEqual(expect.stringContaining(`${name}_FILE can't be read`))
      expect(unread.filter((problem) => problem.startsWith(`${name} is missing`))).toEqual([])
    })
})

it('has a right and a wrong value for every variable', () => {
  expect(Object.keys(values).toSorted()).toEqual(Object.keys(described).toSorted())
})

it('wins over the file of its environment when it was injected', () => {
  const folder = freshFolder()
  writeFileSync(join(folder, '.env.dev'), 'LOG_LEVEL=debug\nMAIL_FROM=file <file@example.org>\n')
  const worker = cases.find(({ of }) => of === 'worker')
  const read = readWorkerConfig({ ...worker?.least, MAIL_FROM: 'given <given@example.org>' })
  expect([read.LOG_LEVEL, read.MAIL_FROM]).toEqual(['debug', 'given <given@example.org>'])
})
