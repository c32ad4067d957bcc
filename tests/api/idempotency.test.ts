import { beforeEach, expect, test } from 'vitest'
import type { Change } from '../../domain/contracts/change.ts'
import {
  addLink,
  addList,
  addMember,
  type Caller,
  limiterOf,
  markMirrorRead,
  startTestApi,
  type TestApi,
} from './api-server.ts'

let api: TestApi
let alice: Caller
let bob: Caller
const key = { 'idempotency-key': 'interaction-1' }

beforeEach(async (t) => {
  api = await startTestApi(t, { limits: { changes: limiterOf(2) } })
  for (const [uid, account] of [
    ['alice', '100000000000000001'],
    ['bob', '100000000000000002'],
  ] as const)
    await addLink(api, account, (await addMember(api, uid)).id)
  for (const name of ['news', 'chat', 'board']) await addList(api, name)
  await markMirrorRead(api)
  alice = api.as('100000000000000001')
  bob = api.as('100000000000000002')
})

const count = async (table: string) =>
  (await api.sql<{ count: number }>(`select count(*)::integer as count from ${table}`))[0]?.count

test('the same request again gets the same answer, even after things have moved on', async () => {
  const first = await alice('PUT', '/user/subscriptions/news', undefined, key)
  expect(first.headers['idempotent-replayed']).toBeUndefined()
  await alice('DELETE', '/user/subscriptions/news')
  const again = await alice('PUT', '/user/subscriptions/news/', undefined, key)
  expect(again.status).toBe(202)
  expect(again.json()).toEqual(first.json())
  expect(again.headers['location']).toBe(first.headers['location'])
  expect(again.headers['idempotent-replayed']).toBe('true')
  expect(await count('change')).toBe(2)
})

test('a key counts for one path, also where names have spaces', async () => {
  await addMember(api, 'ada', { isAdmin: true }).then(({ id }) => addLink(api, '100000000000000003', id))
  await addMember(api, 'team bob')
  await addList(api, 'chess')
  await addList(api, 'chess team')
  const ada = api.as('100000000000000003')
  const first = await ada('PUT', '/admin/lists/chess%20team/members/bob', undefined, key)
  const second = await ada('PUT', '/admin/lists/chess/members/team%20bob', undefined, key)
  expect([first, second].map((one) => one.json<Change>())).toMatchObject([
    { list: 'chess team', member: 'bob' },
    { list: 'chess', member: 'team bob' },
  ])
  expect(second.headers['idempotent-replayed']).toBeUndefined()
})

test('it is looked up before the limit, and costs nothing', async () => {
  const first = await alice('PUT', '/user/subscriptions/news', undefined, key)
  await alice('PUT', '/user/subscriptions/chat')
  expect((await alice('PUT', '/user/subscriptions/board')).status).toBe(429)
  const again = await alice('PUT', '/user/subscriptions/news', undefined, key)
  expect([again.status, again.json()]).toEqual([202, first.json()])
})

test('twins at once make one change and get one answer', async () => {
  const answers = await Promise.all(
    [1, 2, 3, 4].map(() => alice('PUT', '/user/subscriptions/news', undefined, key)),
  )
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202])
  expect(new Set(answers.map((one) => one.json<Change>().id)).size).toBe(1)
  expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true')).toHaveLength(3)
  expect(await count('change')).toBe(1)
})

const map = (subscriptions: object) => alice('PATCH', '/user/subscriptions', { subscriptions }, key)

test('another body with the same key is 409', async () => {
  expect((await map({ news: true })).status).toBe(202)
  const other = await map({ news: false })
  expect(other.status).toBe(409)
  expect(other.json()).toMatchObject({ code: 'CONFLICT', details: { reason: 'IDEMPOTENCY_KEY_REUSED' } })
  expect((await map({ news: true })).status).toBe(202)
})

test('a key belongs to its member, method and path', async () => {
  const answers = [
    await alice('PUT', '/user/subscriptions/news', undefined, key),
    await bob('PUT', '/user/subscriptions/news', undefined, key),
    await alice('PUT', '/user/subscriptions/chat', undefined, key),
  ]
  for (const { status, headers } of answers)
    expect([status, headers['idempotent-replayed']]).toEqual([202, undefined])
})

test('leaving with the key of joining is no answer of before', async () => {
  await alice('PUT', '/user/subscriptions/news', undefined, key)
  const left = await alice('DELETE', '/user/subscriptions/news', undefined, key)
  expect([left.status, left.headers['idempotent-replayed']]).toEqual([202, undefined])
  expect(left.json<Change>().action).toBe('unsubscribe')
})

test('errors are not kept', async () => {
  await api.sql(`update list set join_policy = 'closed' where name = 'news'`)
  expect((await alice('PUT', '/user/subscriptions/news', undefined, key)).status).toBe(403)
  await api.sql(`update list set join_policy = 'open' where name = 'news'`)
  expect((await alice('PUT', '/user/subscriptions/news', undefined, key)).status).toBe(202)
})

const waitHours = (hours: number) =>
  api.sql(`update idempotency_record set created_at = created_at - make_interval(hours => $1)`, [hours])

test('after 24 hours a key is new again, and not before', async () => {
  await alice('PUT', '/user/subscriptions/news', undefined, key)
  await waitHours(23)
  expect((await alice('PUT', '/user/subscriptions/news', undefined, key)).status).toBe(202)
  await waitHours(1)
  const again = await alice('PUT', '/user/subscriptions/news', undefined, key)
  expect([again.status, again.headers['idempotent-replayed']]).toEqual([200, undefined])
})

test('a key that is new again belongs to its new body', async () => {
  await map({ news: true })
  await waitHours(24)
  const other = await map({ news: false })
  expect([other.status, other.headers['idempotent-replayed']]).toEqual([202, undefined])
  const again = await map({ news: false })
  expect([again.status, again.json()]).toEqual([202, other.json()])
  expect((await map({ news: true })).status).toBe(409)
})

test('an answer without content is kept as well', async () => {
  const change = (await alice('PUT', '/user/subscriptions/news')).json<Change>()
  await alice('POST', `/changes/${change.id}/cancel`, undefined, key)
  const told = () => alice('POST', `/changes/${change.id}/told`, undefined, key)
  expect((await told()).status).toBe(204)
  const again = await told()
  expect([again.status, again.headers['idempotent-replayed'], again.text]).toEqual([204, 'true', ''])
})

test.each(['', 'a b', 'ключ', 'x'.repeat(256), '\t'])('the key %j is 400', async (bad) => {
  const answer = await alice('PUT', '/user/subscriptions/news', undefined, {
    'idempotency-key': Buffer.from(bad).toString('latin1'),
  })
  expect([answer.status, answer.json()['code']]).toEqual([400, 'VALIDATION_ERROR'])
  expect(await count('change')).toBe(0)
})
