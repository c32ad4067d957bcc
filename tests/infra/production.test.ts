import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import packageFile from '../../package.json' with { type: 'json' }
import { readConfig } from '../../api/config.ts'
import { readBotConfig } from '../../bot/config.ts'
import { readDatabaseConfig } from '../../cli/config.ts'
import { readSettings } from '../../cli/doctor/read-settings.ts'
import type { Environment } from '../../domain/contracts/environment.ts'
import { readWorkerConfig } from '../../worker/config.ts'
import { environmentOf, interpolatedIn, readCompose } from '../repository/compose-file.ts'
import { described } from '../repository/described.ts'
import { inEmptyFolder } from '../repository/in-empty-folder.ts'

const root = join(import.meta.dirname, '../..')
const compose = readCompose('docker-compose.prod.yml')
const processes = ['migrate', 'api', 'bot', 'worker'] as const
type Process = (typeof processes)[number] | 'doctor'

/** What a person would put into .env, or into /etc/guildpost/prod.env. */
const plain: Record<string, string> = {
  API_URL: 'https://lists.example.org',
  LDAP_URL: 'ldaps://ldap.example.org',
  LDAP_PEOPLE_BASE: 'ou=people,dc=example,dc=org',
  LDAP_LISTS_BASE: 'ou=lists,dc=example,dc=org',
  LDAP_BIND_DN: 'cn=guildpost,ou=services,dc=example,dc=org',
  LDAP_READ_BIND_DN: 'cn=guildpost-read,ou=services,dc=example,dc=org',
  DISCORD_APPLICATION_ID: '123456789012345678',
  DISCORD_GUILD_ID: '123456789012345678',
  MAIL_FROM: 'guildpost <lists@example.org>',
}

/** And what into the files of secrets; those that may stay empty are. */
const secrets: Record<string, string> = {
  database_url: 'postgres://guildpost:secret@db.example.org/guildpost',
  jobs_url: 'postgres://guildpost:secret@db.example.org/guildpost',
  redis_url: 'redis://pro:secret@redis.example.org',
  service_token: 's'.repeat(64),
  metrics_token: '',
  audit_signing_key: '',
  github_webhook_secret: '',
  alertmanager_token: '',
  ldap_bind_password: 'secret',
  ldap_read_bind_password: 'secret',
  discord_token: 'token',
  smtp_url: 'smtps://mail.example.org',
}

const read: Record<Process, (environment: Environment) => { APP_ENV: string } | { appEnv: string } | object> =
  {
    migrate: (environment) => readDatabaseConfig(environment),
    api: (environment) => readConfig(environment),
    bot: readBotConfig,
    worker: readWorkerConfig,
    doctor: (environment) => {
      const { problems } = readSettings(environment, '/nowhere')
      if (problems.length > 0) throw new Error(problems.join())
      return { problems }
    },
  }

/** The secrets' files somewhere, and the environment with their folder in place of `folder`. */
function withSecrets(environment: Record<string, string>, folder: string): Record<string, string> {
  const dir = mkdtempSync(join(tmpdir(), 'guildpost-secrets-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  for (const [name, value] of Object.entries(secrets)) writeFileSync(join(dir, name), `${value}\n`)
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, value.replace(folder, `${dir}/`)]),
  )
}

const variableOf = (name: string) => (name in described ? name : name.replace(/_FILE$/, ''))
const isFileOfSecret = (name: string) =>
  name !== variableOf(name) && described[variableOf(name)]?.secret === true

describe('docker-compose.prod.yml', () => {
  test('has our processes only: servers are not its business', () => {
    expect(Object.keys(compose.services)).toEqual([...processes])
    for (const { image, build } of Object.values(compose.services))
      expect([image, build]).toEqual([`\${GUILDPOST_IMAGE:-guildpost}`, undefined])
  })

  test('gives the processes only variables of the schema, and every secret as a file', () => {
    for (const [service, { environment = {}, secrets: mounted = [] }] of Object.entries(compose.services)) {
      const names = Object.keys(environment)
      expect([service, names.filter((name) => !(variableOf(name) in described))]).toEqual([service, []])
      expect([service, names.filter((name) => described[name]?.secret)]).toEqual([service, []])
      const files = names.filter(isFileOfSecret).map((name) => environment[name])
      expect(files.toSorted()).toEqual(mounted.map((name) => `/run/secrets/${name}`).toSorted())
    }
    expect(Object.keys(compose.secrets).toSorted()).toEqual(Object.keys(secrets).toSorted())
    const asked = interpolatedIn(compose).map(({ name }) => name)
    expect(asked.filter((name) => name !== 'GUILDPOST_IMAGE' && !(name in described))).toEqual([])
    expect(asked.filter((name) => described[name]?.secret)).toEqual([])
  })

  test.for(processes)('is what the %s accepts, as prod', (name) => {
    inEmptyFolder()
    const environment = withSecrets(environmentOf(name, plain, compose), '/run/secrets/')
    expect(environment['APP_ENV']).toBe('prod')
    expect(read[name](environment)).toBeTruthy()
  })

  test('begins in observe-only mode', () => {
    expect(compose.services['worker']?.environment?.['WRITES']).toBe(`\${WRITES:-off}`)
  })

  test.for(processes)('bounds the %s, and starts it again', (name) => {
    expect(compose.services[name]).toMatchObject({
      restart: name === 'migrate' ? 'no' : 'unless-stopped',
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      deploy: { resources: { limits: { cpus: '1.0', memory: '512M', pids: 200 } } },
    })
  })

  test('publishes the api on this machine only, where the proxy is', () => {
    const ports = Object.entries(compose.services).flatMap(
      ([name, service]) => service.ports?.map((port) => [name, port]) ?? [],
    )
    expect(ports).toEqual([['api', '127.0.0.1:8080:8080']])
  })
})

/** A unit's lines by key, as often as they stand there. */
function readUnit(name: string): Map<string, string[]> {
  const text = readFileSync(join(root, `infra/systemd/guildpost-${name}.service`), 'utf8')
  const lines = [...text.matchAll(/^([A-Z]\w*)=(.*)$/gm)]
  const byKey = Map.groupBy(lines, ([, key = '']) => key)
  return new Map([...byKey].map(([key, found]) => [key, found.map(([, , value = '']) => value)]))
}

describe.for([...processes, 'doctor'] as const)('guildpost-%s.service', (name) => {
  const unit = readUnit(name)
  const environment = Object.fromEntries(
    (unit.get('Environment') ?? []).map((line) => line.split('=', 2) as [string, string]),
  )

  test('starts the process as the npm script does, and Node itself', () => {
    const [command] = unit.get('ExecStart') ?? []
    const options = name === 'doctor' ? ' --worker' : ''
    expect(command).toBe(`/opt/guildpost/node_modules/.bin/${packageFile.scripts[name]}${options}`)
    expect(existsSync(join(root, /\S+\.ts/.exec(command ?? '')?.[0] ?? ''))).toBe(true)
  })

  test('has each secret as a credential', () => {
    const loaded = (unit.get('LoadCredential') ?? []).map((line) => line.split(':', 2))
    const pointed = Object.entries(environment).filter(([key]) => key !== 'APP_ENV')
    expect(pointed.map(([key]) => key).filter((key) => !isFileOfSecret(key))).toEqual([])
    expect(pointed.map(([, value]) => value)).toEqual(loaded.map(([credential]) => `%d/${credential}`))
    expect(loaded.map(([, path]) => path)).toEqual(
      loaded.map(([credential]) => `/etc/guildpost/secrets/${credential}`),
    )
  })

  test('is what the process accepts', () => {
    inEmptyFolder()
    expect(read[name]({ ...plain, ...withSecrets(environment, '%d/') })).toBeTruthy()
  })

  test('runs without rights that it does not need', () => {
    expect(Object.fromEntries(unit)).toMatchObject({
      User: ['guildpost'],
      NoNewPrivileges: ['yes'],
      ProtectSystem: ['strict'],
      PrivateTmp: ['yes'],
    })
  })
})

test.for(['api', 'bot', 'worker'] as const)(
  'guildpost-%s.service starts again, but not with a wrong configuration',
  (name) => {
    expect(Object.fromEntries(readUnit(name))).toMatchObject({
      Restart: ['always'],
      RestartPreventExitStatus: ['78'],
      TimeoutStopSec: ['30'],
    })
  },
)
