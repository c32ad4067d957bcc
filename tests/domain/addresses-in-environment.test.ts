import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { chosen } from '../../domain/contracts/environment.ts'
import {
  ConfigError,
  readEnvironment,
  readWhatIsValid,
  withEnvFile,
} from '../../domain/contracts/read-environment.ts'
import { problemsOfMixedEnvironments } from '../../domain/contracts/mixed-environments.ts'

const addresses = chosen('APP_ENV', 'DATABASE_URL', 'JOBS_URL', 'REDIS_URL', 'SMTP_URL')

const problemsOf = (name: string, value: string) =>
  readWhatIsValid(addresses, { [name]: value }, problemsOfMixedEnvironments).problems.filter((one) =>
    one.startsWith(`${name} is not valid`),
  )

it.for([
  ['REDIS_URL', 'redis://de%v:secret@127.0.0.1:6379'],
  ['REDIS_URL', 'redis://dev:100%zz@127.0.0.1:6379'],
  ['SMTP_URL', 'smtps://guildpost:100%zz@mail.example.org'],
  ['JOBS_URL', 'mongodb://guildpost:100%zz@one.example.org,two.example.org/guildpost'],
  ['JOBS_URL', 'postgres://guildpost:pass/word@127.0.0.1:5432/guildpost'],
  ['DATABASE_URL', 'postgres://guildpost:pass/word@127.0.0.1:5432/guildpost'],
  ['DATABASE_URL', 'postgres://guildpost:secret@127.0.0.1:99999/guildpost'],
  ['REDIS_URL', 'redis://dev:secret@127.0.0.1:6379/guildpost'],
  ['JOBS_URL', 'mongodb://'],
  ['JOBS_URL', 'mongodb://guildpost:secret@/guildpost'],
] as const)('refuses what no client can take apart: %s=%s', ([name, value]) => {
  expect(problemsOf(name, value)).toHaveLength(1)
})

it.for([
  ['REDIS_URL', 'redis://dev:a%40%3A%2F%25%23b@127.0.0.1:6379'],
  ['REDIS_URL', 'rediss://dev:secret@redis.example.org/3'],
  ['REDIS_URL', 'redis://dev:secret@redis.example.org/'],
  ['SMTP_URL', 'smtp://mail.example.org'],
  ['JOBS_URL', 'mongodb://guildpost:a%40%25b@one.example.org,two.example.org/guildpost'],
  ['JOBS_URL', 'mongodb+srv://guildpost:secret@cluster.example.org/guildpost'],
  ['DATABASE_URL', 'postgres://guildpost:a%40%3A%2F%25%23b@127.0.0.1:5432/guildpost'],
  ['DATABASE_URL', 'postgres:///guildpost?host=/run/postgresql'],
  ['DATABASE_URL', 'postgres://guildpost:secret@/guildpost?host=/run/postgresql'],
  ['DATABASE_URL', 'postgres://%2Frun%2Fpostgresql/guildpost'],
  ['DATABASE_URL', 'postgresql://guildpost@[::1]:5432/guildpost?sslmode=verify-full'],
] as const)('takes %s=%s', ([name, value]) => {
  expect(problemsOf(name, value)).toEqual([])
})

it('says nothing of mixed environments while it does not know which one it is', () => {
  const { problems } = readWhatIsValid(
    addresses,
    { APP_ENV: 'production', REDIS_URL: 'redis://pro@127.0.0.1' },
    problemsOfMixedEnvironments,
  )
  expect(problems.filter((one) => one.includes('undefined'))).toEqual([])
})

function folderWith(): string {
  const folder = mkdtempSync(join(tmpdir(), 'guildpost-env-file-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

it('reads the first variable of a file with a byte order mark', () => {
  const folder = folderWith()
  writeFileSync(join(folder, '.env.dev'), '\uFEFFWRITES=off\r\nLOG_LEVEL=debug\r\n')
  expect(withEnvFile({}, folder)).toEqual({ WRITES: 'off', LOG_LEVEL: 'debug' })
})

it.for(['utf16le', 'utf16be', 'utf16le without its mark'])('says of a file in %s what it is', (saved) => {
  const folder = folderWith()
  const bytes = Buffer.from(`${saved.endsWith('mark') ? '' : '\uFEFF'}WRITES=off\r\n`, 'utf16le')
  writeFileSync(join(folder, '.env.dev'), saved === 'utf16be' ? bytes.swap16() : bytes)
  const sentence = 'it is in UTF-16, as some programs on Windows save text: save it as UTF-8'
  expect(() => withEnvFile({}, folder)).toThrow(`/.env.dev can't be read: ${sentence}`)
  const secret = readWhatIsValid(chosen('DATABASE_URL'), { DATABASE_URL_FILE: join(folder, '.env.dev') })
  expect(secret.problems).toEqual([`DATABASE_URL_FILE can't be read: ${sentence}`])
})

it('reads a secret from a file with a byte order mark', () => {
  const file = join(folderWith(), 'password')
  writeFileSync(file, '\uFEFFof the worker\r\n')
  expect(readEnvironment(chosen('LDAP_BIND_PASSWORD'), { LDAP_BIND_PASSWORD_FILE: file })).toEqual({
    LDAP_BIND_PASSWORD: 'of the worker',
  })
})

it('calls a file that can’t be read a problem of the configuration', () => {
  const folder = folderWith()
  mkdirSync(join(folder, '.env.dev'))
  chmodSync(join(folder, '.env.dev'), 0o700)
  expect(() => withEnvFile({}, folder)).toThrow(ConfigError)
})

it('takes a secret from the file that was injected, not from the file of the environment', () => {
  const folder = folderWith()
  const file = join(folder, 'database-url')
  writeFileSync(file, 'postgres://guildpost@127.0.0.1/injected\n')
  writeFileSync(join(folder, '.env.dev'), 'DATABASE_URL=postgres://guildpost@db.example.org/real\n')
  const given = withEnvFile({ DATABASE_URL_FILE: file }, folder)
  expect(readEnvironment(chosen('DATABASE_URL'), given).DATABASE_URL).toBe(
    'postgres://guildpost@127.0.0.1/injected',
  )
  const overruled = withEnvFile({ DATABASE_URL_FILE: file, DATABASE_URL: 'postgres:///mine' }, folder)
  expect(readEnvironment(chosen('DATABASE_URL'), overruled).DATABASE_URL).toBe('postgres:///mine')
})

it.for([
  ['SYNC_INTERVAL_S', '86401', 'must be a whole number from 1 to 86400'],
  ['API_PORT', 'http', 'must be a whole number from 0 to 65535'],
  ['METRICS_TOKEN', 'short', 'must be at least 16 visible ASCII characters'],
  ['METRICS_TOKEN', 'words with spaces between', 'must be at least 16 visible ASCII characters'],
  ['ALERTMANAGER_TOKEN', 'ünïcödé-ünïcödé-ünïcödé', 'must be at least 16 visible ASCII characters'],
  ['SERVICE_TOKEN', '健'.repeat(40), 'must be at least 32 visible ASCII characters'],
  ['GITHUB_WEBHOOK_SECRET', 'short', 'must be at least 16 characters'],
  ['DISCORD_GUILD_ID', 'the-club', 'must be 17 to 20 digits'],
  ['LDAP_LISTS_BASE', 'lists', 'must be a distinguished name'],
  ['LDAP_LIST_CLASS', 'group', 'must be one of groupOfUniqueNames, groupOfNames, posixGroup, nisMailAlias'],
  ['REDIS_URL', 'redis://dev@127.0.0.1/guildpost', 'its path is a number, if anything'],
  ['SMTP_URL', 'mail.example.org', 'must begin with smtp:// or smtps://, name a host'],
] as const)('says what is wrong: %s=%s', ([name, value, what]) => {
  const { problems } = readWhatIsValid(chosen(name), { [name]: value })
  expect(problems.join()).toContain(what)
})
