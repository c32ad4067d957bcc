import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import packageFile from '../../package.json' with { type: 'json' }
import { readApiConfig } from '../../api/config.ts'
import { readBotConfig } from '../../bot/config.ts'
import { readDatabaseConfig } from '../../cli/config.ts'
import { nodeFlags } from '../../sandbox/node-flags.ts'
import { readWorkerConfig } from '../../worker/config.ts'
import { compose, environmentOf, interpolated } from './compose-file.ts'
import { described } from './described.ts'
import { importedFrom } from './imported-from.ts'
import { inEmptyFolder } from './in-empty-folder.ts'
import { readDockerfile } from './read-dockerfile.ts'

const root = join(import.meta.dirname, '../..')
const processes = ['migrate', 'api', 'bot', 'worker']
const stores = ['postgres', 'mongo', 'redis', 'ldap']

/** Passwords of servers that only this file starts; the processes see them inside addresses. */
const serverPasswords = new Set(['POSTGRES_PASSWORD', 'MONGO_PASSWORD', 'REDIS_PASSWORD'])

/** What a person would put into .env. */
const envFile: Record<string, string> = {
  POSTGRES_PASSWORD: 'p'.repeat(64),
  MONGO_PASSWORD: 'm'.repeat(64),
  REDIS_PASSWORD: 'r'.repeat(64),
  SERVICE_TOKEN: 's'.repeat(64),
  LDAP_BIND_PASSWORD: 'l'.repeat(64),
  LDAP_READ_BIND_PASSWORD: 'a'.repeat(64),
  DISCORD_TOKEN: 'd'.repeat(64),
  DISCORD_APPLICATION_ID: '123456789012345678',
  DISCORD_GUILD_ID: '123456789012345678',
  SMTP_URL: 'smtps://mail.example.org',
  MAIL_FROM: 'guildpost <lists@example.org>',
}

const services = Object.entries(compose.services)

/** Something of each service that has it, by the service's name. */
function each<Of>(of: (service: (typeof services)[number][1]) => Of | undefined): Record<string, Of> {
  return Object.fromEntries(
    services.flatMap(([name, service]) => {
      const found = of(service)
      return found === undefined ? [] : [[name, found]]
    }),
  )
}

describe('docker-compose.yml', () => {
  test('starts the migration, the three processes and the four servers', () => {
    expect(services.map(([name]) => name)).toEqual([...processes, ...stores])
  })

  test('gives the processes only variables of the schema', () => {
    const given = processes.flatMap((name) => Object.keys(compose.services[name]?.environment ?? {}))
    expect(given.filter((name) => !(name in described))).toEqual([])
  })

  test('asks .env only for variables of the schema and for the passwords of its own servers', () => {
    const asked = interpolated.map(({ name }) => name)
    expect(asked.filter((name) => !(name in described) && !serverPasswords.has(name))).toEqual([])
  })

  test('has no value for a secret: it is asked for by name, or may stay empty', () => {
    const secrets = interpolated.filter(({ name }) => serverPasswords.has(name) || described[name]?.secret)
    const builtIn = secrets.filter(({ name, operator, argument }) =>
      operator === ':-' && described[name]?.optional
        ? argument !== ''
        : operator !== ':?' || !argument.includes(name),
    )
    expect(secrets.length).toBeGreaterThan(10)
    expect(builtIn).toEqual([])
  })

  test('writes no secret out: an address has an asked-for password, any other is what was asked for', () => {
    const values = processes
      .flatMap((name) => Object.entries(compose.services[name]?.environment ?? {}))
      .filter(([name]) => described[name]?.secret)
      .map(([, value]) => value)
    expect(values.length).toBeGreaterThan(10)
    expect(values.filter((value) => !/^(\w+:\/\/\w+:)?\$\{/.test(value))).toEqual([])
  })

  test('gives each process what its configuration requires', () => {
    inEmptyFolder()
    expect(readDatabaseConfig(environmentOf('migrate', envFile)).APP_ENV).toBe('dev')
    expect(readApiConfig(environmentOf('api', envFile))).toMatchObject({
      appEnv: 'dev',
      host: '0.0.0.0',
      port: 8080,
      jobsUrl: expect.stringMatching(/^mongodb:/),
    })
    expect(readBotConfig(environmentOf('bot', envFile))).toMatchObject({
      apiUrl: 'http://api:8080',
      healthPort: 8081,
    })
    expect(readWorkerConfig(environmentOf('worker', envFile))).toMatchObject({
      HEALTH_PORT: 8081,
      LDAP_BIND_DN: 'cn=guildpost,ou=services,dc=example,dc=org',
    })
  })

  test.for(Object.keys(envFile))('says so when %s is missing', (name) => {
    const without = { ...envFile, [name]: '' }
    expect(() => services.map(([service]) => environmentOf(service, without))).toThrow(`set ${name} in .env`)
  })

  test('names the same accounts in the addresses, the servers and the directory', () => {
    const api = environmentOf('api', envFile)
    const worker = environmentOf('worker', envFile)
    const { DATABASE_URL = '', JOBS_URL = '', REDIS_URL = '' } = api
    expect(compose.services['postgres']?.environment?.['POSTGRES_USER']).toBe(new URL(DATABASE_URL).username)
    expect(compose.services['mongo']?.environment?.['MONGO_INITDB_ROOT_USERNAME']).toBe(
      new URL(JOBS_URL).username,
    )
    expect(compose.configs['redis-users']?.content).toContain(`user ${new URL(REDIS_URL).username} on >`)
    const entries = [
      worker['LDAP_BIND_DN'],
      worker['LDAP_ADMIN_GROUP'],
      worker['LDAP_PEOPLE_BASE'],
      worker['LDAP_LISTS_BASE'],
      api['LDAP_READ_BIND_DN'],
    ]
    const ldif = compose.configs['first-ldif']?.content ?? ''
    expect(entries.filter((dn) => !ldif.includes(`dn: ${dn}\n`))).toEqual([])
  })

  test('checks the health of each server; the image checks the processes, the migration only ends', () => {
    const checks = each(({ healthcheck }) => healthcheck)
    expect(Object.keys(checks)).toEqual(['migrate', ...stores])
    expect(checks['migrate']).toEqual({ disable: true })
    const commands = stores.map((name) => checks[name]?.test?.[0])
    expect(commands.filter((command) => command !== 'CMD' && command !== 'CMD-SHELL')).toEqual([])
  })

  test('migrates once, before api and workers; the bot waits for the api', () => {
    const ready = {
      migrate: { condition: 'service_completed_successfully' },
      mongo: { condition: 'service_healthy' },
      redis: { condition: 'service_healthy' },
      ldap: { condition: 'service_healthy' },
    }
    expect(compose.services['migrate']).toMatchObject({ restart: 'no', command: ['node', 'cli/migrate.ts'] })
    expect(each((service) => service.depends_on)).toEqual({
      migrate: { postgres: { condition: 'service_healthy' } },
      api: ready,
      bot: { api: { condition: 'service_healthy' } },
      worker: ready,
    })
  })

  test('publishes the api on this machine, and no server', () => {
    expect(each(({ ports }) => ports)).toEqual({ api: ['127.0.0.1:8080:8080'] })
    expect(each((service) => service.network_mode)).toEqual({})
  })

  test('can run several workers: no fixed name', () => {
    expect(each((service) => service.container_name)).toEqual({})
  })

  test('keeps the servers on a network of their own, out of reach of the bot', () => {
    expect(compose.networks['stores']).toEqual({ internal: true })
    expect(each(({ networks }) => networks)).toMatchObject({
      ...Object.fromEntries(stores.map((name) => [name, ['stores']])),
      bot: ['default'],
    })
  })

  test('runs files that exist', () => {
    const commands = processes.map((name) => compose.services[name]?.command ?? ['node', 'api/main.ts'])
    expect(
      commands.filter(([program, file = '']) => program !== 'node' || !existsSync(join(root, file))),
    ).toEqual([])
  })
})

describe('Dockerfile', () => {
  const instructions = readDockerfile()
  const of = (name: string) => instructions.filter((one) => one.name === name).map((one) => one.rest)
  const copied = of('COPY')
    .filter((rest) => !rest.startsWith('--from='))
    .flatMap((rest) => rest.split(' ').slice(0, -1))
  const folders = copied.filter((path) => !path.includes('.'))
  const commands = ['migrate', 'doctor', 'admin', 'audit-verify'].map((name) => `cli/${name}.ts`)
  const { files, packages } = importedFrom(['api/main.ts', 'bot/main.ts', 'worker/main.ts', ...commands])

  test('builds in stages, from the slim image of a Node that the package accepts', () => {
    expect(of('FROM')).toEqual(['node:26-slim AS dependencies', 'node:26-slim'])
    expect(packageFile.engines.node).toBe('>=24')
    expect(of('RUN')).toEqual(['npm ci --omit=dev --ignore-scripts'])
  })

  test('runs as prod and without root', () => {
    expect(of('ENV')).toEqual(['APP_ENV=prod API_HOST=0.0.0.0', expect.stringMatching(/^NODE_OPTIONS=/)])
    expect(of('USER')).toEqual(['node'])
    const names = instructions.map(({ name }) => name)
    expect(names.indexOf('USER')).toBeGreaterThan(
      Math.max(names.lastIndexOf('COPY'), names.lastIndexOf('RUN')),
    )
  })

  test('gives Node the same room as the npm scripts and the sandbox', () => {
    const flags = nodeFlags.join(' ')
    expect(of('ENV')).toContain(`NODE_OPTIONS="${flags}"`)
    const { api, bot, worker } = packageFile.scripts
    expect([api, bot, worker]).toEqual(
      ['api', 'bot', 'worker'].map((name) => `node ${flags} ${name}/main.ts`),
    )
  })

  test('starts Node itself, so that signals reach it', () => {
    expect(of('CMD').map((rest) => JSON.parse(rest) as unknown)).toEqual([['node', 'api/main.ts']])
    expect(of('ENTRYPOINT')).toEqual([])
  })

  test.for([
    { when: 'the process is well', status: 200, code: 0 },
    { when: 'it says that it is not', status: 503, code: 1 },
  ])('its health check ends with $code when $when', async ({ status, code }) => {
    const server = createServer(({ url }, response) =>
      response.writeHead(url === '/healthz' ? status : 404).end(),
    ).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expect(await healthCheck({ HEALTH_PORT: `${port}` })).toBe(code)
    expect(await healthCheck({ HEALTH_PORT: '', API_PORT: `${port}` })).toBe(code)
  })

  test('its health check ends with 1 when nobody answers', async () => {
    expect(await healthCheck({ HEALTH_PORT: '1' })).toBe(1)
  })

  test('copies what .dockerignore lets through, and all of it', () => {
    const lines = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n')
    const letThrough = lines.flatMap((line) => (line.startsWith('!') ? line.slice(1) : []))
    expect([...new Set(copied)].toSorted()).toEqual(letThrough.toSorted())
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  test('has every file and every package that the processes and the commands for operators load', () => {
    expect(files.filter((file) => !folders.some((folder) => file.startsWith(`${folder}/`)))).toEqual([])
    expect(packages.filter((name) => !(name in packageFile.dependencies))).toEqual([])
    const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n')
    expect(files.filter((file) => ignored.includes(file))).toEqual([])
  })

  test('has no folder that none of them loads', () => {
    expect(folders.filter((folder) => !files.some((file) => file.startsWith(`${folder}/`)))).toEqual([])
  })

  async function healthCheck(environment: Record<string, string>): Promise<unknown> {
    const command = /CMD (\[.*\])$/.exec(of('HEALTHCHECK')[0] ?? '')?.[1] ?? '[]'
    const [program, ...args] = JSON.parse(command) as string[]
    expect(program).toBe('node')
    const child = spawn(process.execPath, args, { env: environment, stdio: 'ignore' })
    const [code] = (await once(child, 'exit')) as [unknown]
    return code
  }
})
