import { expect, inject, it, type TestContext } from 'vitest'
import type { List } from '../../domain/contracts/list.ts'
import { addLink, startTestApi } from '../api/api-server.ts'
import { createWorld, waitUntil } from '../_support/world.ts'

const account = '100000000000000001'
const adminAccount = '100000000000000002'

/** The API beside a worker that sees this directory for the first time; alice and an admin are linked. */
async function firstRead(t: TestContext, appEnv: 'dev' | 'prod', environment: Record<string, string> = {}) {
  const api = await startTestApi(t)
  await api.sql('update installation set app_env = $1', [appEnv])
  const world = await createWorld({ databaseUrl: api.databaseUrl }, t)
  const redisUrl = appEnv === 'dev' ? inject('redisUrl') : inject('redisProUrl')
  await world.worker({}, { APP_ENV: appEnv, REDIS_URL: redisUrl, SYNC_INTERVAL_S: '1', ...environment })
  await world.mirrored()
  await addLink(api, account, await world.memberId('alice'))
  await addLink(api, adminAccount, await world.memberId('ada'))
  const alice = api.as(account)
  return {
    ...world,
    admin: api.as(adminAccount),
    listed: async () => {
      const { items } = (await alice('GET', '/lists?limit=200')).json<{ items: List[] }>()
      return new Map(items.map(({ name, join }) => [name, join]))
    },
    subscribe: async (list: string) => {
      const { status, json } = await alice('PUT', `/user/subscriptions/${list}`)
      return { status, ...json<{ id?: string; state?: string; code?: string }>() }
    },
    /** Another tool makes a list, and the worker sees it. */
    newList: async (name: string) => {
      const dn = world.directory.listDn(name)
      await world.directory.ldapmodify(
        `dn: ${dn}\nchangetype: add\nobjectClass: groupOfUniqueNames\ncn: ${name}\nuniqueMember: ${world.directory.worker.dn}\n`,
      )
      await waitUntil(`${name} is in the mirror`, async () => {
        const [found] = await api.sql('select 1 from list where name = $1', [name])
        return found ?? null
      })
    },
  }
}

it('in prod a list is closed, and seen by those on it only, until an admin opens it', async (t) => {
  const { admin, listed, subscribe, newList, ended } = await firstRead(t, 'prod')
  await newList('fencing')
  // Alice plays chess.
  expect(await listed()).toEqual(new Map([['chess', 'closed']]))
  for (const list of ['news', 'fencing'])
    expect(await subscribe(list)).toMatchObject({ status: 404, code: 'NOT_FOUND' })

  await waitUntil('Ada is known as an admin', async () =>
    (await admin('PATCH', '/admin/lists/news', { join: 'open', hidden: false })).status === 200 ? true : null,
  )
  expect(await listed()).toEqual(
    new Map([
      ['chess', 'closed'],
      ['news', 'open'],
    ]),
  )
  const { status, id } = await subscribe('news')
  expect(status).toBe(202)
  expect(await ended(id ?? null)).toMatchObject({ state: 'applied' })
  // What the worker saw of it since did not close it again.
  expect((await listed()).get('news')).toBe('open')
})

it.for([
  ['prod', 'open', { status: 202, state: 'queued' }],
  ['prod', 'approval', { status: 202, state: 'awaiting_approval' }],
  ['prod', 'closed', { status: 403, code: 'PERMISSION_DENIED' }],
  ['dev', 'closed', { status: 403, code: 'PERMISSION_DENIED' }],
] as const)(
  'in %s with LISTS_DEFAULT_JOIN=%s a list is seen by everybody, and joined so',
  async ([appEnv, join, answer], t) => {
    const { listed, subscribe, newList } = await firstRead(t, appEnv, { LISTS_DEFAULT_JOIN: join })
    await newList('fencing')
    for (const list of ['news', 'fencing']) {
      expect((await listed()).get(list)).toBe(join)
      expect(await subscribe(list)).toMatchObject(answer)
    }
  },
)

it('in dev a list is open to everybody', async (t) => {
  const { listed, subscribe, newList } = await firstRead(t, 'dev')
  await newList('fencing')
  for (const list of ['news', 'fencing']) {
    expect((await listed()).get(list)).toBe('open')
    expect(await subscribe(list)).toMatchObject({ status: 202, state: 'queued' })
  }
})
