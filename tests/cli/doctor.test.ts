import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pino } from 'pino'
import { beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { areasOf } from '../../cli/doctor/areas.ts'
import { examine, exitCodeOf } from '../../cli/doctor/examine.ts'
import type { Finding } from '../../cli/doctor/finding.ts'
import { readSettings } from '../../cli/doctor/read-settings.ts'
import type { Environment } from '../../domain/contracts/read-environment.ts'
import { openDatabase } from '../../domain/store/database.ts'
import { accepts, startChild } from '../../sandbox/child.ts'
import { freePort } from '../../sandbox/free-port.ts'
import { createTestDatabase, runSql } from '../_support/servers.ts'
import { createSystem, type System } from '../_support/system.ts'
import { waitUntil } from '../_support/world.ts'

const channel = '400000000000000001'
const [harmlessRole, powerfulRole] = ['500000000000000001', '500000000000000002']

let system: System
let right: Environment

beforeAll(async () => {
  system = await createSystem({
    discord: {
      membersIntent: true,
      channels: [{ id: channel, name: 'alerts' }],
      roles: [
        { id: harmlessRole, name: 'linked', permissions: '0' },
        { id: powerfulRole, name: 'moderators', permissions: String(1 << 2) },
      ],
    },
  })
  right = {
    ...system.environment,
    DISCORD_ALERT_CHANNEL_ID: channel,
    DISCORD_VERIFIED_ROLE_ID: harmlessRole,
    SWEEP_INTERVAL_S: '30',
  }
  await Promise.all([system.start('api'), system.start('worker', right as Record<string, string>)])
  await system.start('bot')
  await waitUntil('a worker has swept', async () => {
    const [found] = await runSql<{ swept: boolean }>(
      system.databaseUrl,
      'select swept_at is not null as swept from installation',
    )
    return found?.swept ? found : null
  })
})

type Wishes = { worker?: boolean; sendTestTo?: string; folder?: string; asksDiscord?: boolean }

/** What the doctor finds, by area and check. */
async function examined(
  environment: Environment,
  { worker = false, sendTestTo, folder = '/nowhere', asksDiscord = true }: Wishes = {},
) {
  const settings = readSettings(environment, folder)
  const { DATABASE_URL } = settings.values
  const db = DATABASE_URL === undefined ? null : openDatabase(DATABASE_URL, { poolMax: 2 })
  const silent = { begin: () => {}, found: () => {} }
  const log = pino({ level: 'silent' })
  const areas = areasOf(settings, db, log, { worker, sendTestTo })
  const found = await examine(
    areas.filter(({ name }) => asksDiscord || name !== 'discord'),
    silent,
  )
  await db?.destroy()
  const findings = found.map(({ finding }) => finding)
  return {
    exitCode: exitCodeOf(findings),
    not: (state: Finding['state']) => findings.filter((one) => one.state !== state),
    of: (name: string): Finding | undefined =>
      found.find(({ area, finding }) => `${area}: ${finding.check}` === name)?.finding,
  }
}

describe('a right installation', () => {
  it('has nothing to complain about, and a live worker', async () => {
    const result = await examined(right, { worker: true, sendTestTo: 'ops@example.org' })
    // Only what a test directory without TLS can't have.
    expect(result.not('right').map(({ check }) => check)).toEqual(['TLS'])
    expect(result.exitCode).toBe(0)
    expect(result.of('jobs: sample job')?.state).toBe('right')
    const mail = await system.mail.waitForMail(({ to }) => to.includes('ops@example.org'))
    expect(mail.subject).toBe('guildpost: a test')
    expect(
      await system.directory.ldapsearch(system.directory.listsBase, '(cn=guildpost-doctor*)', 'cn'),
    ).toBe('')
  })

  it('is told line by line, or as JSON, by the command', async () => {
    const command = join(import.meta.dirname, '../../cli/doctor.ts')
    const run = async (...words: string[]) =>
      promisify(execFile)(process.execPath, [command, ...words], {
        env: { ...process.env, ...right },
        cwd: tmpdir(),
      })
    expect((await run()).stdout).toMatch(/^✓ redis: own keys: .*\n[^]*\n\d+ checks: 1 to look at\.\n$/m)
    const { findings } = JSON.parse((await run('--json')).stdout) as { findings: object[] }
    expect(findings).toContainEqual(
      expect.objectContaining({ area: 'directory', check: 'people', state: 'right' }),
    )
  })

  it('shows what others say without what moves the cursor', async () => {
    const command = join(import.meta.dirname, '../../cli/doctor.ts')
    const problem = { type: 'about:blank', title: 'Away', status: 503, code: 'AWAY' }
    const API_URL = await somethingElse(503, JSON.stringify({ ...problem, detail: 'away\u001B[2Jgone' }))
    const { stdout } = await promisify(execFile)(process.execPath, [command], {
      env: { ...process.env, ...right, API_URL },
      cwd: tmpdir(),
    }).catch((error: { stdout: string }) => error)
    expect(stdout).toContain('away\\u{1b}[2Jgone')
    expect(stdout).not.toContain('\u001B')
  })

  it('tells how it is used, and ends with 64 when it was used wrongly', async () => {
    const command = join(import.meta.dirname, '../../cli/doctor.ts')
    const run = (word: string) =>
      promisify(execFile)(process.execPath, [command, word], { cwd: tmpdir() }).then(
        ({ stdout }) => ({ code: 0, stdout }),
        ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
      )
    for (const help of ['--help', '-h'])
      expect(await run(help)).toEqual({
        code: 0,
        stdout: expect.stringContaining('64 when it was used wrongly'),
      })
    expect(await run('--what')).toEqual({ code: 64, stderr: expect.stringContaining('npm run doctor') })
  })

  it('says which file of settings it can’t read, and ends with 78', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'guildpost-doctor-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    mkdirSync(join(folder, '.env.prod'))
    const command = join(import.meta.dirname, '../../cli/doctor.ts')
    const { code, stderr } = await promisify(execFile)(process.execPath, [command], { cwd: folder }).then(
      () => ({ code: 0, stderr: '' }),
      (error: { code: number; stderr: string }) => error,
    )
    expect(code).toBe(78)
    expect(stderr).toContain('.env.prod')
    expect(stderr).not.toContain(' at ')
  })

  it('with both accounts of Redis tries them against each other', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'guildpost-doctor-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, '.env.prod'), `REDIS_URL=${inject('redisProUrl')}\n`, { mode: 0o600 })
    const result = await examined(right, { folder })
    expect(result.of('redis: isolation from dev')?.state).toBe('right')
  })
})

type Broken = [
  name: string,
  change: () => Environment | Promise<Environment>,
  check: string,
  state: Finding['state'],
  says: RegExp,
]

const broken: Broken[] = [
  [
    'a variable is missing',
    () => ({ MAIL_FROM: undefined }),
    'configuration: MAIL_FROM',
    'wrong',
    /is missing/,
  ],
  [
    'the Redis account is the other environment’s',
    () => ({ REDIS_URL: inject('redisProUrl') }),
    'redis: own keys',
    'wrong',
    /dev may not use its own/,
  ],
  [
    'the Redis password is wrong',
    () => ({ REDIS_URL: inject('redisUrl').replace(/:[^:@]+@/, ':wrong@') }),
    'redis: account',
    'wrong',
    /WRONGPASS/,
  ],
  [
    'REDIS_URL has no account for a Redis that wants one',
    () => ({ REDIS_URL: inject('redisUrl').replace(/\/\/[^@]+@/, '//') }),
    'redis: account',
    'wrong',
    /^Redis wants one, and REDIS_URL has no password/,
  ],
  [
    'REDIS_URL has a password without a user, for a Redis whose default user is off',
    () => ({ REDIS_URL: inject('redisUrl').replace(/\/\/[^:]+:/, '//:') }),
    'redis: account',
    'wrong',
    /WRONGPASS/,
  ],
  [
    'Redis has no database of that number',
    () => ({ REDIS_URL: `${inject('redisUrl')}/99` }),
    'redis: database',
    'wrong',
    /DB index is out of range/,
  ],
  [
    'Redis has no accounts',
    async () => ({ REDIS_URL: await plainRedis('--maxmemory 100mb') }),
    'redis: isolation from prod',
    'wrong',
    /may use reading keys and writing keys and channels of prod/,
  ],
  [
    'Redis lets everybody in',
    async () => ({ REDIS_URL: await plainRedis('--maxmemory 100mb') }),
    'redis: default user',
    'wrong',
    /is let in/,
  ],
  [
    'Redis has no bound',
    async () => ({ REDIS_URL: await plainRedis('') }),
    'redis: memory',
    'wrong',
    /no bound/,
  ],
  [
    'Redis throws keys away',
    async () => ({ REDIS_URL: await plainRedis('--maxmemory 100mb --maxmemory-policy allkeys-lru') }),
    'redis: when it is full',
    'wrong',
    /allkeys-lru/,
  ],
  [
    'Redis is nearly full',
    async () => ({ REDIS_URL: await plainRedis('--maxmemory 1mb') }),
    'redis: memory',
    'doubtful',
    /of 1 MB/,
  ],
  [
    'Redis is away',
    () => ({ REDIS_URL: 'redis://dev:x@127.0.0.1:9' }),
    'redis: server',
    'unknown',
    /no answer/,
  ],
  [
    'Postgres is away',
    () => ({ DATABASE_URL: 'postgres://x@127.0.0.1:9/x' }),
    'postgres: postgres',
    'unknown',
    /could not be checked/,
  ],
  [
    'the role’s password is wrong',
    () => ({ DATABASE_URL: system.databaseUrl.replace(/:[^:@]+@/, ':wrong@') }),
    'postgres: account',
    'wrong',
    /does not let it in: password authentication failed/,
  ],
  [
    'there is no such database',
    () => ({ DATABASE_URL: system.databaseUrl.replace(/\/[^/]+$/, '/guildpots') }),
    'postgres: account',
    'wrong',
    /"guildpots" does not exist/,
  ],
  [
    'the schema is missing',
    async () => ({ DATABASE_URL: await database({ empty: true }) }),
    'postgres: schema',
    'wrong',
    /steps are missing, from 001/,
  ],
  [
    'the database is in another encoding',
    async () => ({ DATABASE_URL: await latinDatabase() }),
    'postgres: encoding',
    'wrong',
    /LATIN1/,
  ],
  [
    'the database is the other environment’s',
    async () => ({ DATABASE_URL: await database({}, `update installation set app_env = 'prod'`) }),
    'postgres: belongs to',
    'wrong',
    /APP_ENV is dev, but the database of DATABASE_URL belongs to prod/,
  ],
  [
    'the database is another server’s',
    async () => ({
      DATABASE_URL: await database({}, `update installation set guild_id = '300000000000000009'`),
    }),
    'postgres: belongs to',
    'wrong',
    /belongs to the server 300000000000000009/,
  ],
  [
    'Postgres has no room left on its disk',
    async () => ({ DATABASE_URL: await database({}, withoutRoom) }),
    'postgres: room',
    'wrong',
    /No space left on device/,
  ],
  [
    'the role may not migrate',
    async () => ({ DATABASE_URL: await databaseOfAnother() }),
    'postgres: may migrate',
    'wrong',
    /permission denied/,
  ],
  [
    'no worker lives',
    async () => ({ DATABASE_URL: await database({}) }),
    'jobs: scheduler',
    'wrong',
    /no worker has ever swept/,
  ],
  [
    'the worker died',
    async () => ({
      DATABASE_URL: await database({}, `update installation set swept_at = now() - interval '1 hour'`),
    }),
    'jobs: scheduler',
    'wrong',
    /no worker has swept for 36\d\d s/,
  ],
  [
    'the job store is away',
    () => ({ JOBS_URL: 'postgres://x@127.0.0.1:9/x' }),
    'jobs: jobs',
    'unknown',
    /could not be checked/,
  ],
  [
    'an option of the job store’s address is none',
    () => ({ JOBS_URL: 'mongodb://jobs:secret@127.0.0.1:9/x?tls=perhaps' }),
    'jobs: address',
    'wrong',
    /tls.*true.*false/,
  ],
  [
    'nothing answers at API_URL',
    async () => ({ API_URL: `http://127.0.0.1:${await freePort()}` }),
    'api: address',
    'unknown',
    /nothing answers at http:\/\/127\.0\.0\.1:\d+: connect ECONNREFUSED/,
  ],
  [
    'something else answers at API_URL',
    async () => ({ API_URL: await somethingElse() }),
    'api: address',
    'wrong',
    /something else answers .* 404/,
  ],
  [
    'the bot has another service token than the API',
    () => ({ SERVICE_TOKEN: 'x'.repeat(32) }),
    'api: service token',
    'wrong',
    /does not take that of SERVICE_TOKEN/,
  ],
  [
    'the directory’s password is wrong',
    () => ({ LDAP_BIND_PASSWORD: 'wrong' }),
    'directory: the worker’s account',
    'wrong',
    /is not let in: .*49 \(invalidCredentials\)/,
  ],
  [
    'the base of the lists is not there',
    () => ({ LDAP_LISTS_BASE: 'ou=list,dc=example,dc=org' }),
    'directory: the worker’s account',
    'wrong',
    /finds no LDAP_LISTS_BASE \(ou=list,/,
  ],
  [
    'the base of the people is not there',
    () => ({ LDAP_PEOPLE_BASE: 'ou=peple,dc=example,dc=org' }),
    'directory: the api’s account',
    'wrong',
    /finds no LDAP_PEOPLE_BASE \(ou=peple,/,
  ],
  [
    'nobody is found',
    () => ({ LDAP_PEOPLE_FILTER: '(uid=nobody)' }),
    'directory: people',
    'wrong',
    /nobody is found/,
  ],
  [
    'the list class does not fit',
    () => ({ LDAP_LIST_CLASS: 'nisMailAlias' }),
    'directory: lists',
    'doubtful',
    /no nisMailAlias is found/,
  ],
  [
    'the worker may write people',
    () => ({ LDAP_BIND_DN: system.directory.admin.dn, LDAP_BIND_PASSWORD: system.directory.admin.password }),
    'directory: writing elsewhere',
    'wrong',
    /may make entries among the people/,
  ],
  [
    'the worker may not write lists',
    () => ({
      LDAP_BIND_DN: system.directory.reader.dn,
      LDAP_BIND_PASSWORD: system.directory.reader.password,
    }),
    'directory: the worker’s account',
    'wrong',
    /./,
  ],
  ['writing is off', () => ({ WRITES: 'off' }), 'directory: writing', 'doubtful', /not tried/],
  ['the token is wrong', () => ({ DISCORD_TOKEN: 'wrong' }), 'discord: token', 'wrong', /not valid/],
  [
    'the application is another one',
    () => ({ DISCORD_APPLICATION_ID: '200000000000000009' }),
    'discord: application',
    'wrong',
    /belongs to 200000000000000001/,
  ],
  [
    'the bot is not in the server',
    () => ({ DISCORD_GUILD_ID: '300000000000000009' }),
    'discord: server',
    'wrong',
    /refuses/,
  ],
  [
    'the alert channel does not exist',
    () => ({ DISCORD_ALERT_CHANNEL_ID: '400000000000000009' }),
    'discord: DISCORD_ALERT_CHANNEL_ID',
    'wrong',
    /Unknown Channel/,
  ],
  [
    'alerts go nowhere',
    () => ({ DISCORD_ALERT_CHANNEL_ID: undefined }),
    'discord: alerts',
    'doubtful',
    /no channel/,
  ],
  [
    'the role may ban',
    () => ({ DISCORD_VERIFIED_ROLE_ID: powerfulRole }),
    'discord: role of linked members',
    'wrong',
    /Ban Members/,
  ],
  [
    'the mail server is away',
    () => ({ SMTP_URL: 'smtp://127.0.0.1:9' }),
    'mail: server',
    'wrong',
    /ECONNREFUSED/,
  ],
  [
    'a secret can be read by others',
    () => ({ SERVICE_TOKEN: undefined, SERVICE_TOKEN_FILE: openFile() }),
    'secrets: file modes',
    'wrong',
    /other users can read/,
  ],
  [
    'a secret has ended',
    () => ({ SECRETS_EXPIRE: 'DISCORD_TOKEN=2020-01-31' }),
    'secrets: expiry of DISCORD_TOKEN',
    'wrong',
    /ended on 2020-01-31/,
  ],
  [
    'a secret ends soon',
    () => ({ SECRETS_EXPIRE: `DISCORD_TOKEN=${inDays(10)}` }),
    'secrets: expiry of DISCORD_TOKEN',
    'doubtful',
    /in \d+ days/,
  ],
]

describe('a broken installation', () => {
  it.for(broken)('%s', async ([, change, check, state, says]) => {
    // Discord takes a few such looks in ten seconds: those that are not about it leave it out.
    const asksDiscord = check.startsWith('discord: ')
    const result = await examined({ ...right, ...(await change()) }, { asksDiscord })
    expect(result.of(check)).toMatchObject({ state, says: expect.stringMatching(says) as string })
    expect(result.of(check)?.remedy).toMatch(/\S/)
    const states = new Set(result.not('right').map((one) => one.state))
    expect(result.exitCode).toBe(states.has('wrong') ? 1 : states.has('unknown') ? 2 : 0)
    expect(states).toContain(state)
  })

  it('that was never migrated is told so once, and the checks that lean on that say what to do first', async () => {
    const result = await examined(
      { ...right, DATABASE_URL: await database({ empty: true }) },
      { asksDiscord: false },
    )
    expect(result.of('postgres: belongs to')).toBeUndefined()
    const [schema, ...more] = result.not('right').filter(({ check }) => check !== 'TLS')
    expect(schema).toMatchObject({ check: 'schema', remedy: 'Run npm run migrate.' })
    expect(more).toMatchObject([{ check: 'scheduler', remedy: 'Mend Postgres first, then look again.' }])
  })

  it('in which nobody may make anything is told so once, and the rest is looked at all the same', async () => {
    const result = await examined(
      { ...right, DATABASE_URL: await databaseOfAnother() },
      { asksDiscord: false },
    )
    expect(result.not('right').map(({ says }) => says)).not.toContainEqual(expect.stringMatching(/aborted/))
  })

  it('with a base that is not there is told which variable to correct', async () => {
    const result = await examined(
      { ...right, LDAP_LISTS_BASE: 'ou=list,dc=example,dc=org' },
      { asksDiscord: false },
    )
    expect(result.of('directory: the worker’s account')?.remedy).toMatch(/^Correct LDAP_LISTS_BASE, or let/)
  })

  it('among whose lists is a group that sounds as if rights hang on it', async () => {
    const { listsBase, worker } = system.directory
    const dn = `cn=sudo,${listsBase}`
    await system.directory.ldapmodify(
      `dn: ${dn}\nchangetype: add\nobjectClass: groupOfUniqueNames\ncn: sudo\nuniqueMember: ${worker.dn}\n`,
    )
    const result = await examined(right, { asksDiscord: false })
    await system.directory.ldapmodify(`dn: ${dn}\nchangetype: delete\n`)
    expect(result.of('directory: privileged groups')).toMatchObject({
      state: 'doubtful',
      says: expect.stringContaining('sudo') as string,
    })
  })
})

/** A web server that knows nothing of guildpost. */
async function somethingElse(status = 404, body = '<h1>Not Found</h1>'): Promise<string> {
  const server = createServer((_request, response) =>
    response.writeHead(status, { 'content-type': 'application/problem+json' }).end(body),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function plainRedis(options: string): Promise<string> {
  const port = await freePort()
  const dir = mkdtempSync(join(tmpdir(), 'guildpost-plain-redis-'))
  const child = await startChild({
    name: 'Redis',
    command: 'redis-server',
    args: ['--port', String(port), '--save', '', '--dir', dir, ...options.split(' ').filter(Boolean)],
    logFile: join(dir, 'log'),
    isReady: () => accepts(port),
  })
  onTestFinished(async () => {
    await child.stop()
    rmSync(dir, { recursive: true })
  })
  return `redis://127.0.0.1:${port}`
}

/** What Postgres says as it makes something on a full disk. */
const withoutRoom = `
  create function refuse() returns event_trigger language plpgsql as $$ begin
    raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$;
  create event trigger full_disk on ddl_command_start execute function refuse()`

async function database(options: { empty?: boolean }, sql?: string): Promise<string> {
  const { url } = await createTestDatabase(undefined, options)
  if (sql !== undefined) await runSql(url, sql)
  return url
}

async function latinDatabase(): Promise<string> {
  const admin = inject('postgresUrl')
  const name = `latin_${process.pid}`
  await runSql(admin, `create database ${name} encoding 'LATIN1' locale 'C' template template0`)
  onTestFinished(() => runSql(admin, `drop database ${name} with (force)`).then(() => {}))
  return Object.assign(new URL(admin), { pathname: `/${name}` }).href
}

async function databaseOfAnother(): Promise<string> {
  const url = await database({})
  const role = `visitor_${process.pid}`
  await runSql(
    url,
    `create role ${role} login password 'x'; grant all on all tables in schema public to ${role}`,
  )
  onTestFinished(() => runSql(url, `drop owned by ${role}; drop role ${role}`).then(() => {}))
  return Object.assign(new URL(url), { username: role, password: 'x' }).href
}

function openFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'guildpost-secret-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'service_token')
  writeFileSync(file, 's'.repeat(64))
  chmodSync(file, 0o644)
  return file
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
