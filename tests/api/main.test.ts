import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test, type TestContext } from 'vitest'
import { freePort } from '../../sandbox/free-port.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { createTestDatabase, runSql } from '../_support/servers.ts'
import { newId } from '../../domain/store/new-id.ts'
import { serviceToken } from './api-server.ts'

type Process = { url: string; output: () => string; stop(): void; exit: Promise<number | null> }

const nowhere = '127.0.0.1:1'

async function start(t: TestContext, environment: Record<string, string>): Promise<Process> {
  const port = await freePort()
  let output = ''
  const child = spawn(process.execPath, ['api/main.ts'], {
    env: {
      PATH: process.env['PATH'],
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
    stop: () => child.kill('SIGTERM'),
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
