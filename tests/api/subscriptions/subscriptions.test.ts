import { beforeEach, describe, expect, test } from 'vitest'
import type { Change } from '../../../domain/contracts/change.ts'
import type { Subscriptions } from '../../../domain/contracts/subscription.ts'
import {
  addLink,
  addList,
  addMember,
  type Caller,
  endChange,
  limiterOf,
  markMirrorRead,
  startTestApi,
  statusesOf,
  type TestApi,
} from '../api-server.ts'

const account = '100000000000000001'
let api: TestApi
let alice: Caller
let aliceId: string

beforeEach(async (t) => {
  api = await startTestApi(t, { limits: { changes: limiterOf(3) } })
  aliceId = (await addMember(api, 'alice')).id
  await addLink(api, account, aliceId)
  await addList(api, 'news', { members: [aliceId] })
  await addList(api, 'Chat')
  await addList(api, 'board', { join: 'closed' })
  await addList(api, 'secret', { hidden: true })
  await markMirrorRead(api)
  alice = api.as(account)
})

const changesInStore = async (): Promise<number> =>
  (await api.sql<{ count: number }>('select count(*)::integer as count from change'))[0]?.count ?? -1

const subscriptions = async (): Promise<Subscriptions['items']> =>
  (await alice('GET', '/user/subscriptions')).json<Subscriptions>().items

describe('reading', () => {
  test('shows every list that the member may see, by name', async () => {
    const answer = await alice('GET', '/user/subscriptions/')
    expect(answer.status).toBe(200)
    expect(answer.json()).toEqual({
      items: [
        { list: 'board', displayName: 'board', description: '', subscribed: false, pending: null },
        { list: 'Chat', displayName: 'Chat', description: '', subscribed: false, pending: null },
        { list: 'news', displayName: 'news', description: '', subscribed: true, pending: null },
      ],
    })
  })

  test('a hidden list is seen by who is on it and by admins', async () => {
    await api.sql(
      `insert into membership (list_id, member_id) select id, $1 from list where name = 'secret'`,
      [aliceId],
    )
    expect((await subscriptions()).map(({ list }) => list)).toContain('secret')
    const admin = await addMember(api, 'root', { isAdmin: true })
    await addLink(api, '100000000000000002', admin.id)
    const seen = (await api.as('100000000000000002')('GET', '/user/subscriptions')).json<Subscriptions>()
    expect(seen.items.map(({ list }) => list)).toContain('secret')
  })

  test('the ETag stays while nothing changes, and changes with the state', async () => {
    const etag = String((await alice('GET', '/user/subscriptions')).headers['etag'])
    const same = await alice('GET', '/user/subscriptions', undefined, { 'if-none-match': etag })
    expect([same.status, same.text]).toEqual([304, ''])
    // As a proxy that packs answers names it, and among others.
    for (const named of [`W/${etag}`, `"another", ${etag}`, '*']) {
      const answer = await alice('GET', '/user/subscriptions', undefined, { 'if-none-match': named })
      expect([named, answer.status]).toEqual([named, 304])
    }
    await alice('PUT', '/user/subscriptions/Chat')
    const other = await alice('GET', '/user/subscriptions', undefined, { 'if-none-match': etag })
    expect(other.status).toBe(200)
    expect(other.headers['etag']).not.toBe(etag)
  })

  test('before the directory was read for the first time it is 503', async () => {
    await api.sql('delete from sync_run')
    for (const path of ['/user/subscriptions', '/lists', '/lists/news']) {
      const answer = await alice('GET', path)
      expect(answer.status).toBe(503)
      expect(answer.headers['retry-after']).toBe('30')
      expect(answer.json()).toMatchObject({ code: 'UNAVAILABLE', details: { reason: 'MIRROR_MISSING' } })
    }
    expect((await alice('PUT', '/user/subscriptions/Chat')).status).toBe(503)
  })
})

describe('one list', () => {
  test('the newest word shows as pending, while the one before is being applied', async () => {
    await alice('PUT', '/user/subscriptions/Chat')
    await api.sql(`update change set state = 'applying'`)
    const left = (await alice('DELETE', '/user/subscriptions/Chat')).json<Change>()
    expect((await subscriptions()).find(({ list }) => list === 'Chat')?.pending).toEqual({
      changeId: left.id,
      wanted: 'unsubscribe',
      state: 'queued',
    })
  })

  test('a new wish is 202 with the change and its address, and shows as pending', async () => {
    const answer = await alice('PUT', '/user/subscriptions/chat')
    expect(answer.status).toBe(202)
    const change = answer.json<Change>()
    expect(change).toMatchObject({
      list: 'Chat',
      member: 'alice',
      action: 'subscribe',
      state: 'queued',
      via: 'discord',
      requestedBy: 'alice',
      endedAt: null,
      proof: null,
    })
    expect(answer.headers['location']).toBe(`/api/v1/changes/${change.id}`)
    expect(answer.headers).toMatchObject({ 'ratelimit-limit': '3', 'ratelimit-remaining': '2' })
    expect((await subscriptions()).find(({ list }) => list === 'Chat')).toMatchObject({
      subscribed: false,
      pending: { changeId: change.id, wanted: 'subscribe', state: 'queued' },
    })
  })

  test('asking again is 200 with the same change and costs nothing', async () => {
    const first = (await alice('PUT', '/user/subscriptions/Chat')).json<Change>()
    const again = await alice('PUT', '/user/subscriptions/Chat')
    expect(again.status).toBe(200)
    expect(again.json<Change>().id).toBe(first.id)
    expect(again.headers['ratelimit-remaining']).toBe('2')
  })

  test('what the directory has already is 200 without a change', async () => {
    const answer = await alice('PUT', '/user/subscriptions/news')
    expect(answer.status).toBe(200)
    expect(answer.json()).toMatchObject({ id: null, list: 'news', state: 'applied', proof: { how: 'found' } })
    expect(answer.headers['location']).toBeUndefined()
    expect(await changesInStore()).toBe(0)
  })

  test('a change of mind takes the place of what still waits', async () => {
    const first = (await alice('PUT', '/user/subscriptions/Chat')).json<Change>()
    const second = await alice('DELETE', '/user/subscriptions/Chat')
    expect(second.status).toBe(202)
    const old = (await alice('GET', `/changes/${first.id}`)).json<Change>()
    expect(old).toMatchObject({ state: 'superseded', supersededBy: second.json<Change>().id })
  })

  test('a closed list refuses who is not on it, with a reason, and nothing is spent', async () => {
    const answer = await alice('PUT', '/user/subscriptions/board')
    expect(answer.status).toBe(403)
    expect(answer.json()).toMatchObject({ code: 'PERMISSION_DENIED', details: { reason: 'LIST_CLOSED' } })
    expect((await api.context.limits.changes.peek(aliceId)).remaining).toBe(3)
  })

  test('lists that are unknown or unseen are 404', async () => {
    for (const name of ['nowhere', 'secret'])
      for (const method of ['PUT', 'DELETE'] as const) {
        const answer = await alice(method, `/user/subscriptions/${name}`)
        expect(answer.status).toBe(404)
        expect(answer.json()).toMatchObject({ details: { reason: 'LIST_NOT_FOUND' } })
      }
  })

  test('beyond the limit it is 429, and says when to come back', async () => {
    for (const method of ['PUT', 'DELETE', 'PUT'] as const)
      expect((await alice(method, '/user/subscriptions/Chat')).status).toBe(202)
    const answer = await alice('DELETE', '/user/subscriptions/Chat')
    expect(answer.status).toBe(429)
    expect(answer.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS', status: 429 })
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(answer.headers).toMatchObject({ 'ratelimit-limit': '3', 'ratelimit-remaining': '0' })
    expect(await changesInStore()).toBe(3)
  })

  test('what fails after it was spent is given back', async () => {
    await api.sql(`alter table audit_entry add constraint broken check (event <> 'change.requested')`)
    const answer = await alice('PUT', '/user/subscriptions/Chat')
    expect(answer.status).toBe(500)
    expect(answer.text).not.toMatch(/broken|audit_entry|insert/)
    expect((await api.context.limits.changes.peek(aliceId)).remaining).toBe(3)
  })

  test('an old mirror is not believed: asking for what it says is a change', async () => {
    await api.sql(`update sync_run set ended_at = now() - interval '1 hour'`)
    expect((await alice('PUT', '/user/subscriptions/news')).status).toBe(202)
  })

  test('writes the audit entry with the request id', async () => {
    const change = (
      await alice('PUT', '/user/subscriptions/Chat', undefined, { 'x-request-id': '300000000000000042' })
    ).json<Change>()
    const entries = await api.sql('select event, request_id from audit_entry where subject_id = $1', [
      change.id,
    ])
    expect(entries).toEqual([{ event: 'change.requested', request_id: '300000000000000042' }])
  })

  const hostile = [
    'a,b+c"\\<>;=*()',
    ' leading',
    '新聞 📰',
    "';drop table list;--",
    'a/b?c#d%',
    '__proto__',
    'x'.repeat(255),
  ]
  test.each(hostile)('a list named %j is asked for by its name', async (name) => {
    await addList(api, name)
    const path = `/user/subscriptions/${encodeURIComponent(name)}`
    const answer = await alice('PUT', path)
    expect(answer.status).toBe(202)
    expect(answer.json<Change>().list).toBe(name)
    expect((await alice('GET', `/lists/${encodeURIComponent(name)}`)).json()).toMatchObject({ name })
    expect((await alice('DELETE', path)).status).toBe(202)
  })

  test.each(['%00', 'a%00b', '%0a', '%1b', '%7f', 'x'.repeat(256)])(
    'the name %s is not valid',
    async (name) => {
      const answer = await alice('PUT', `/user/subscriptions/${name}`)
      expect(answer.status).toBe(400)
      expect(answer.json()).toMatchObject({ code: 'VALIDATION_ERROR' })
    },
  )
})

describe('two requests at once', () => {
  test('for the same list make one change', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => alice('PUT', '/user/subscriptions/Chat')))
    expect(statusesOf(answers)).toEqual([200, 200, 202])
    expect(new Set(answers.map((one) => one.json<Change>().id)).size).toBe(1)
  })

  test('for different lists, in any order, lose nothing', async () => {
    await addList(api, 'third')
    const answers = await Promise.all([
      alice('PATCH', '/user/subscriptions', { subscriptions: { Chat: true, third: true } }),
      alice('PATCH', '/user/subscriptions', { subscriptions: { third: true, Chat: true } }),
      alice('DELETE', '/user/subscriptions/news'),
    ])
    expect(statusesOf(answers)).toEqual([200, 202, 202])
    expect(await changesInStore()).toBe(3)
  })
})

test('a wish that was applied shows as subscribed once the mirror has it', async () => {
  const change = (await alice('PUT', '/user/subscriptions/Chat')).json<Change>()
  await endChange(api, change.id ?? '')
  await api.sql(`insert into membership (list_id, member_id) select id, $1 from list where name = 'Chat'`, [
    aliceId,
  ])
  expect((await subscriptions()).find(({ list }) => list === 'Chat')).toMatchObject({
    subscribed: true,
    pending: null,
  })
  const standing = await alice('PUT', '/user/subscriptions/Chat')
  expect(standing.status).toBe(200)
  expect(standing.json()).toMatchObject({ id: change.id, proof: { how: 'modified' } })
  expect(standing.headers['location']).toBe(`/api/v1/changes/${change.id}`)
})
