import { beforeEach, describe, expect, test } from 'vitest'
import type { Changes } from '../../../domain/contracts/subscription.ts'
import {
  addLink,
  addList,
  addMember,
  type Caller,
  limiterOf,
  markMirrorRead,
  startTestApi,
  statusesOf,
  type TestApi,
} from '../api-server.ts'

const account = '100000000000000001'
let api: TestApi
let alice: Caller
let newsId: string

beforeEach(async (t) => {
  api = await startTestApi(t, { limits: { changes: limiterOf(3) } })
  const { id: aliceId } = await addMember(api, 'alice')
  await addLink(api, account, aliceId)
  newsId = await addList(api, 'news', { members: [aliceId] })
  await addList(api, 'Chat')
  await addList(api, 'board', { join: 'closed' })
  await addList(api, 'secret', { hidden: true })
  await markMirrorRead(api)
  alice = api.as(account)
})

const changesInStore = async (): Promise<number> =>
  (await api.sql<{ count: number }>('select count(*)::integer as count from change'))[0]?.count ?? -1

describe('the whole map', () => {
  const whole = { board: false, Chat: true, news: false }

  test('makes the changes that are needed, all in one request that costs one', async () => {
    const answer = await alice('PUT', '/user/subscriptions', { subscriptions: whole })
    expect(answer.status).toBe(202)
    const { changes } = answer.json<Changes>()
    expect(changes.map(({ list, action }) => [list, action])).toEqual([
      ['Chat', 'subscribe'],
      ['news', 'unsubscribe'],
    ])
    expect(answer.headers['location']).toBe('/api/v1/user/subscriptions')
    expect(answer.headers['ratelimit-remaining']).toBe('2')
    const again = await alice('PUT', '/user/subscriptions', { subscriptions: whole })
    expect(again.status).toBe(200)
    expect(again.json()).toEqual({ changes: [] })
    expect(again.headers['location']).toBeUndefined()
    expect([again.headers['ratelimit-limit'], again.headers['ratelimit-remaining']]).toEqual(['3', '2'])
  })

  test.each([
    ['a list is missing', { board: false, Chat: true }],
    ['a list is unknown', { ...whole, nowhere: true }],
    ['a list is not seen', { ...whole, secret: true }],
    ['a list is named twice', { ...whole, CHAT: true }],
    ['a wish is no boolean', { ...whole, news: 'false' }],
    ['a wish is a number', { ...whole, news: 0 }],
    ['a wish is null', { ...whole, news: null }],
    ['a name has a control character', { ...whole, 'ne\u0000ws': true }],
  ])('is refused when %s, and nothing changes', async (_case, map) => {
    const answer = await alice('PUT', '/user/subscriptions', { subscriptions: map })
    expect(answer.status).toBe(400)
    expect(answer.json()).toMatchObject({ code: 'VALIDATION_ERROR', details: { issues: expect.any(Array) } })
    expect(await changesInStore()).toBe(0)
  })

  test('is refused as a whole when one list is closed', async () => {
    const answer = await alice('PUT', '/user/subscriptions', { subscriptions: { ...whole, board: true } })
    expect(answer.status).toBe(403)
    expect(await changesInStore()).toBe(0)
  })

  test('with If-Match it is refused when something changed since', async () => {
    const etag = String((await alice('GET', '/user/subscriptions')).headers['etag'])
    await api.sql('delete from membership where list_id = $1', [newsId])
    const late = await alice('PUT', '/user/subscriptions', { subscriptions: whole }, { 'if-match': etag })
    expect(late.status).toBe(412)
    expect(late.json()).toMatchObject({ code: 'PRECONDITION_FAILED' })
    const now = String((await alice('GET', '/user/subscriptions')).headers['etag'])
    const inTime = await alice('PUT', '/user/subscriptions', { subscriptions: whole }, { 'if-match': now })
    expect(inTime.status).toBe(202)
  })

  test('of two at once with the same If-Match only one gets through', async () => {
    const etag = String((await alice('GET', '/user/subscriptions')).headers['etag'])
    const answers = await Promise.all(
      [whole, { ...whole, news: true }].map((map) =>
        alice('PUT', '/user/subscriptions', { subscriptions: map }, { 'if-match': etag }),
      ),
    )
    expect(statusesOf(answers)).toEqual([202, 412])
  })
})

describe('the difference', () => {
  test('changes only what it names', async () => {
    const answer = await alice('PATCH', '/user/subscriptions', { subscriptions: { news: false } })
    expect(answer.status).toBe(202)
    const { changes } = answer.json<Changes>()
    expect(changes).toMatchObject([{ list: 'news', action: 'unsubscribe' }])
    expect(answer.headers['location']).toBe(`/api/v1/changes/${changes[0]?.id}`)
  })

  test('that names nothing changes nothing', async () => {
    const answer = await alice('PATCH', '/user/subscriptions', { subscriptions: {} })
    expect([answer.status, answer.json()]).toEqual([200, { changes: [] }])
  })

  test('with an unknown list is refused as a whole', async () => {
    const answer = await alice('PATCH', '/user/subscriptions', {
      subscriptions: { Chat: true, nowhere: true },
    })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('nowhere')
    expect(await changesInStore()).toBe(0)
  })
})
