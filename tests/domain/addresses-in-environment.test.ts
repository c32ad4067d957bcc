import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { chosen } from '../../domain/contracts/environment.ts'
import { ConfigError, readWhatIsValid, withEnvFile } from '../../domain/contracts/read-environment.ts'
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
] as const)('refuses what no client can take apart: %s=%s', ([name, value]) => {
  expect(problemsOf(name, value)).toHaveLength(1)
})

it.for([
  ['REDIS_URL', 'redis://dev:a%40%3A%2F%25%23b@127.0.0.1:6379'],
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

it('calls a file that can’t be read a problem of the configuration', () => {
  const folder = folderWith()
  mkdirSync(join(folder, '.env.dev'))
  chmodSync(join(folder, '.env.dev'), 0o700)
  expect(() => withEnvFile({}, folder)).toThrow(ConfigError)
})
