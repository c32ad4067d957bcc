import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import lockFile from '../../package-lock.json' with { type: 'json' }
import packageFile from '../../package.json' with { type: 'json' }
import { readApiConfig } from '../../api/config.ts'
import { readBotConfig } from '../../bot/config.ts'
import { readDatabaseConfig } from '../../cli/config.ts'
import { readSettings } from '../../cli/doctor/read-settings.ts'
import type { Environment } from '../../domain/contracts/read-environment.ts'
import { readWorkerConfig } from '../../worker/config.ts'
import { environmentOf, filledIn, interpolatedIn, readCompose } from '../repository/compose-file.ts'
import { described } from '../repository/described.ts'
import { inEmptyFolder } from '../repository/in-empty-folder.ts'

const root = join(import.meta.dirname, '../..')
const compose = readCompose('docker-compose.prod.yml')
const processes = ['migrate', 'api', 'bot', 'worker', 'doctor'] as const
type Process = (typeof processes)[number]
const runOnce: readonly Process[] = ['migrate', 'doctor']

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
    api: (environment) => readApiConfig(environment),
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
    const ownNames = ['GUILDPOST_IMAGE', 'GUILDPOST_SUBNET']
    expect(asked.filter((name) => !ownNames.includes(name) && !(name in described))).toEqual([])
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
      restart: runOnce.includes(name) ? 'no' : 'unless-stopped',
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

  test.for(['', '10.9.0.0/24'])(
    'has the api believe what comes through that port, from the gateway of the network: GUILDPOST_SUBNET=%s',
    (subnet) => {
      inEmptyFolder()
      const given = { ...plain, GUILDPOST_SUBNET: subnet }
      const environment = withSecrets(environmentOf('api', given, compose), '/run/secrets/')
      const [network] = compose.networks['default']?.ipam?.config ?? []
      expect(readApiConfig(environment).trustedProxies).toEqual([filledIn(network?.subnet ?? '', given)])
    },
  )

  test('starts the doctor when it is asked to only, as its unit does', () => {
    const profiles = Object.entries(compose.services).map(([name, service]) => [name, service.profiles])
    expect(profiles.filter(([, of]) => of !== undefined)).toEqual([['doctor', ['tools']]])
    const [started = ''] = readUnit('doctor').get('ExecStart') ?? []
    expect(started.endsWith(` ${compose.services['doctor']?.command?.slice(1).join(' ')}`)).toBe(true)
  })

  test.for(['api', 'worker', 'doctor'])(
    'has the directory’s authority for the %s, if there is one',
    (name) => {
      const path = '/etc/ssl/ldap-ca.pem'
      const inside = environmentOf(name, { ...plain, LDAP_CA_FILE: path }, compose)['LDAP_CA_FILE']
      expect(inside).toBeTruthy()
      expect(compose.services[name]?.configs).toEqual([{ source: 'ldap_ca', target: inside }])
      const file = compose.configs['ldap_ca']?.file ?? ''
      expect(filledIn(file, { LDAP_CA_FILE: path })).toBe(path)
      // Without one something must be mounted, too.
      expect(filledIn(file, {})).toBe('/dev/null')
      expect(environmentOf(name, plain, compose)['LDAP_CA_FILE']).toBe('')
    },
  )
})

/** A unit's lines by key, as often as they stand there. */
function readUnit(name: string): Map<string, string[]> {
  const text = readFileSync(join(root, `infra/systemd/guildpost-${name}.service`), 'utf8')
  const lines = [...text.matchAll(/^([A-Z]\w*)=(.*)$/gm)]
  const byKey = Map.groupBy(lines, ([, key = '']) => key)
  return new Map([...byKey].map(([key, found]) => [key, found.map(([, , value = '']) => value)]))
}

describe.for(processes)('guildpost-%s.service', (name) => {
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

const pageOf = (name: string) => readFileSync(join(root, 'docs', name), 'utf8')

test('the Node of the units comes with the packages, whenever they are installed', () => {
  const [program] = (readUnit('api').get('ExecStart') ?? []).map((command) => command.split(' ')[0])
  expect(program).toBe('/opt/guildpost/node_modules/.bin/node')
  const { bin, dev } = lockFile.packages['node_modules/node'] as { bin: object; dev?: true }
  expect(Object.keys(bin)).toEqual(['node'])
  const installs = ['deploy.md', 'operations.md'].flatMap((name) => pageOf(name).match(/npm ci.*/g) ?? [])
  expect(installs.length).toBeGreaterThanOrEqual(2)
  // Those for development are left out by this.
  if (dev) expect(installs.filter((command) => command.includes('--omit'))).toEqual([])
})

test('an upgrade stops everything before it exchanges the packages, by the command of the first day', () => {
  const install = 'sudo npm ci\n'
  expect(pageOf('deploy.md')).toContain(install)
  const [, upgrade = ''] = pageOf('operations.md').split('## Upgrading, and back')
  const steps = [
    'stop guildpost-bot guildpost-api',
    'stop guildpost-worker',
    install,
    'start guildpost-migrate',
  ]
  const places = steps.map((step) => upgrade.indexOf(step))
  expect(places).not.toContain(-1)
  expect(places).toEqual(places.toSorted((one, other) => one - other))
})

test('bot and worker of one machine listen where the page about deployment says, at a port each', () => {
  const page = pageOf('deploy.md')
  const [, botsLine = '', botsFile = ''] = /echo (HEALTH_PORT=\d+) \| sudo tee (\S+)/.exec(page) ?? []
  const files = { '/etc/guildpost/prod.env': 'HEALTH_PORT=8081', [botsFile]: botsLine }
  expect(healthPortOf('worker', files)).toBe('8081')
  expect(healthPortOf('bot', files)).toMatch(/^\d+$/)
  expect(healthPortOf('bot', files)).not.toBe('8081')
  // Whoever has no worker there needs no such file.
  expect(healthPortOf('bot', { '/etc/guildpost/prod.env': 'HEALTH_PORT=8081' })).toBe('8081')
})

/** As systemd.exec(5) has it: files win over `Environment=`, a later file over an earlier one, and one with a dash may be absent. */
function healthPortOf(name: Process, files: Record<string, string>): string | undefined {
  const unit = readUnit(name)
  const lines = [...(unit.get('Environment') ?? [])]
  for (const file of unit.get('EnvironmentFile') ?? []) {
    const text = files[file.replace(/^-/, '')]
    if (text === undefined && !file.startsWith('-')) throw new Error(`${file} is not there`)
    lines.push(text ?? '')
  }
  return parseEnv(lines.join('\n'))['HEALTH_PORT']
}

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
