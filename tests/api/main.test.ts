import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type TestContext } from 'vitest'
import { freePort } from '../../sandbox/free-port.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { compileCache } from '../_support/compile-cache.ts'
import { makeSelfSigned } from '../../sandbox/servers/self-signed.ts'
import { createTestDatabase, runSql, startTestDirectory } from '../_support/servers.ts'
import { newId } from '../../domain/store/new-id.ts'
import { serviceToken } from './api-server.ts'

type Process = {
  url: string
  output: () => string
  stop(signal?: NodeJS.Signals): void
  exit: Promise<number | null>
}

const nowhere = '127.0.0.1:1'

async function start(
  t: TestContext,
  environment: Record<string, string>,
  flags: string[] = [],
): Promise<Process> {
  const port = await freePort()
  let output = ''
  const child = spawn(process.execPath, [...flags, 'api/main.ts'], {
    env: {
      PATH: process.env['PATH'],
      ...compileCache,
      APP_ENV: 'dev',
      DATABASE_URL: `postgres://guildpost:secret@${nowhere}/guildpost`,
      JOBS_URL: `postgres://guildpost:secret@${nowhere}/guildpost`,
      REDIS_URL: `redis://${nowhere}`,
      LDAP_URL: `ldap://${nowhere}`,
      LDAP_PEOPLE_BASE: 'ou=people,dc=example,dc=org',
      LDAP_LISTS_BASE: 'ou=lists,dc=example,dc=org',
      SERVICE_TOKEN: serviceToken,
      API_PORT: String(port),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  cleanUpAfter(t, async () => {
    child.kill('SIGKILL')
    await exited
  })
  return {
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    stop: (signal = 'SIGTERM') => child.kill(signal),
    exit: exited.then(([code]) => code as number | null),
  }
}

const status = (url: string) =>
  fetch(url).then(
    ({ status }) => status,
    () => 0,
  )

test('a wrong environment is said in one go, and ends with 78', async (t) => {
  const api = await start(t, {
    SERVICE_TOKEN: 'short',
    LDAP_URL: '',
    API_PORT: '99999999',
    API_URL: 'https://',
    TRUST_PROXY: '10.0.0.0/64',
  })
  expect(await api.exit).toBe(78)
  for (const name of ['SERVICE_TOKEN', 'LDAP_URL', 'API_PORT', 'API_URL', 'TRUST_PROXY'])
    expect(api.output()).toContain(name)
  expect(api.output()).not.toContain('short')
})

test('an address of the job store that its driver does not take is said, and ends with 78', async (t) => {
  const api = await start(t, { JOBS_URL: `mongodb://jobs:secret@${nowhere}/jobs?tls=perhaps` })
  expect(await api.exit).toBe(78)
  expect(api.output()).toMatch(/JOBS_URL is not valid: .*tls/)
  expect(api.output()).not.toContain('secret')
})

test('starts, serves what it can and stops while everything else is away', async (t) => {
  const api = await start(t, {})
  await expect.poll(() => status(`${api.url}/healthz`)).toBe(200)
  expect(await status(`${api.url}/readyz`)).toBe(503)
  const answer = await fetch(`${api.url}/api/v1/auth/me`, {
    headers: { authorization: `Bearer ${serviceToken}`, 'x-discord-user': '100000000000000001' },
  })
  expect(answer.status).toBe(503)
  expect(await answer.json()).toMatchObject({ code: 'UNAVAILABLE' })
  expect(answer.headers.get('retry-after')).toBe('10')
  api.stop()
  expect(await api.exit).toBe(0)
})

test('says why the directory is away, what mends it, and no secret of its own', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'guildpost-tls-'))
  cleanUpAfter(t, () => rm(dir, { recursive: true }))
  const directory = await startTestDirectory({ tls: await makeSelfSigned(dir) }, t)
  const environment = {
    LDAP_URL: directory.ldapsUrl ?? '',
    LDAP_READ_BIND_DN: directory.reader.dn,
    LDAP_READ_BIND_PASSWORD: directory.reader.password,
  }
  const api = await start(t, environment)
  await expect.poll(() => status(`${api.url}/readyz`)).toBe(503)
  await expect.poll(api.output).toContain('set LDAP_CA_FILE to the authority that signed it')
  for (const secret of [serviceToken, directory.reader.password, ':secret@'])
    expect(api.output()).not.toContain(secret)
})

test('an older schema than it needs is a line of the log that says what to do', async (t) => {
  const { url: databaseUrl } = await createTestDatabase(t)
  const old = await start(t, { DATABASE_URL: databaseUrl })
  await expect.poll(() => status(`${old.url}/readyz`)).toBe(200)
  old.stop()
  await old.exit
  expect(old.output()).not.toContain('npm run migrate')
  await runSql(
    databaseUrl,
    `delete from schema_migration where name = (select max(name) from schema_migration)`,
  )
  const api = await start(t, { DATABASE_URL: databaseUrl })
  await expect.poll(api.output).toContain('older than this version: bring it up to date with npm run migrate')
})

test('a port that is taken is named by its variables, and ends with 1', async (t) => {
  const first = await start(t, {})
  await expect.poll(() => status(`${first.url}/healthz`)).toBe(200)
  const second = await start(t, { API_PORT: new URL(first.url).port })
  expect(await second.exit).toBe(1)
  expect(second.output()).toMatch(/can't listen on API_HOST and API_PORT, 127\.0\.0\.1:\d+/)
})

test('a crash is a line of the log, without secrets, and the end', async (t) => {
  const bug = `process.on('SIGUSR2', () => { throw new Error(['Bearer of', 'somebody-0123456789'].join('-')) })`
  const api = await start(t, {}, ['--import', `data:text/javascript,${encodeURIComponent(bug)}`])
  await expect.poll(() => status(`${api.url}/healthz`)).toBe(200)
  api.stop('SIGUSR2')
  expect(await api.exit).toBe(1)
  expect(api.output()).toMatch(/"level":60.*Bearer \[hidden\].*something that nobody expected/)
  expect(api.output()).not.toContain('of-somebody')
})

test('answers who waits when it is asked to stop', async (t) => {
  const { url: databaseUrl } = await createTestDatabase(t)
  const [memberId, listId, changeId] = [newId(), newId(), newId()]
  await runSql(
    databaseUrl,
    `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name)
       values ('${memberId}', 'm', '1', 'x', 'x', 'alice', 'Alice');
     insert into discord_link (id, discord_user_id, member_id) values ('${newId()}', '100000000000000001', '${memberId}');
     insert into list (id, entry_uuid, dn, name, display_name, join_policy, lane)
       values ('${listId}', 'l', 'x', 'news', 'News', 'open', 0);
     insert into change (id, list_id, member_id, action, state, via)
       values ('${changeId}', '${listId}', '${memberId}', 'subscribe', 'queued', 'discord')`,
  )
  const api = await start(t, { DATABASE_URL: databaseUrl, METRICS_TOKEN: 'whoever-measures-may-read' })
  await expect.poll(() => status(`${api.url}/readyz`)).toBe(200)
  const waiting = fetch(`${api.url}/api/v1/changes/${changeId}?wait=25`, {
    headers: { authorization: `Bearer ${serviceToken}`, 'x-discord-user': '100000000000000001' },
  })
  // The statement that reads a change is the last thing that a waiting call did.
  await expect
    .poll(async () =>
      runSql(
        databaseUrl,
        `select 1 from pg_stat_activity where datname = current_database()
         and application_name = 'guildpost-api' and state = 'idle' and query like '%join change c%'`,
      ),
    )
    .not.toEqual([])
  api.stop()
  const answer = await waiting
  expect(await answer.json()).toMatchObject({ id: changeId, state: 'queued' })
  expect(await api.exit).toBe(0)
})
