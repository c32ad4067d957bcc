import { beforeAll, describe, expect, test } from 'vitest'
import type { Change } from '../../domain/contracts/change.ts'
import {
  addLink,
  addList,
  addMember,
  type Answer,
  type Caller,
  endChange,
  markMirrorRead,
  startTestApi,
} from './api-server.ts'

const [account, other] = ['100000000000000001', '100000000000000002']
const unknownId = '0190c1d2-0000-7000-8000-000000000000'
let alice: Caller
/** Changes of somebody else, about a list that everybody sees. */
let waiting: string
let ended: string

beforeAll(async () => {
  const api = await startTestApi()
  await addLink(api, account, (await addMember(api, 'alice')).id)
  const bob = await addMember(api, 'bob')
  await addLink(api, other, bob.id)
  for (const name of ['news', 'chess']) await addList(api, name)
  await addList(api, 'hidden', { hidden: true, members: [bob.id] })
  await addList(api, 'shut', { hidden: true, join: 'closed' })
  await addList(api, 'gone')
  await addList(api, 'foreign')
  await api.sql(`update list set state = 'gone', gone_at = now() where name = 'gone'`)
  await api.sql(`update list set managed = false where name = 'foreign'`)
  await markMirrorRead(api)
  alice = api.as(account)
  const subscribe = async (list: string) =>
    (await api.as(other)('PUT', `/user/subscriptions/${list}`)).json<Change>().id ?? ''
  waiting = await subscribe('news')
  ended = await subscribe('chess')
  await endChange(api, ended)
})

/** All of an answer but what differs from one request to the next, with `name` where what was asked for is named. */
function shown({ status, headers, text }: Answer, name: string): unknown {
  const { 'x-request-id': _id, date: _date, 'content-length': _length, ...rest } = headers
  return { status, headers: rest, text: text.replaceAll(name, '(name)') }
}

describe.each(['hidden', 'HIDDEN', 'shut', 'gone', 'foreign'])(
  'the list %s, which alice may not see',
  (name) => {
    test.each([
      ['reading it', (list: string) => alice('GET', `/lists/${list}`), 404],
      ['subscribing', (list: string) => alice('PUT', `/user/subscriptions/${list}`), 404],
      ['unsubscribing', (list: string) => alice('DELETE', `/user/subscriptions/${list}`), 404],
      [
        'wishing for it among others',
        (list: string) =>
          alice('PATCH', '/user/subscriptions', { subscriptions: { news: true, [list]: true } }),
        400,
      ],
      [
        'saying of all lists which to be on',
        (list: string) =>
          alice('PUT', '/user/subscriptions', { subscriptions: { news: true, chess: true, [list]: true } }),
        400,
      ],
      ['managing it', (list: string) => alice('GET', `/admin/lists/${list}/members`), 403],
    ])('%s is answered as if there were none', async (_case, ask, status) => {
      const answer = await ask(name)
      expect(answer.status).toBe(status)
      expect(shown(answer, name)).toEqual(shown(await ask('nowhere'), 'nowhere'))
    })
  },
)

describe('a change of somebody else', () => {
  test.each([
    ['reading it', (id: string) => alice('GET', `/changes/${id}`), 404],
    ['waiting for it', (id: string) => alice('GET', `/changes/${id}?wait=25`), 404],
    ['taking it back', (id: string) => alice('POST', `/changes/${id}/cancel`), 404],
    ['having seen it', (id: string) => alice('POST', `/changes/${id}/told`), 404],
    ['approving it', (id: string) => alice('POST', `/admin/changes/${id}/approve`), 403],
  ])('%s is answered as if there were none', async (_case, ask, status) => {
    const nowhere = await ask(unknownId)
    expect(nowhere.status).toBe(status)
    for (const id of [waiting, ended, waiting.toUpperCase(), 'no-id-at-all'])
      expect(shown(await ask(id), id)).toEqual(shown(nowhere, unknownId))
  })
})

describe('an address that leads nowhere', () => {
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
  test.each([
    ['en', 'There is nothing at this address', 'To your account'],
    ['zh-TW', '這個網址沒有內容', '前往你的帳號'],
  ])('is a page for a browser, in its language: %s', async (language, title, home) => {
    const { server } = await startTestApi()
    const headers = { ...browser, 'accept-language': language }
    for (const [method, url, status] of [
      ['GET', '/linkk/abc', 404],
      ['GET', '/account/tokens', 405],
    ] as const) {
      const { statusCode, headers: answered, body } = await server.inject({ method, url, headers })
      expect(statusCode).toBe(status)
      expect(answered['content-type']).toBe('text/html; charset=utf-8')
      expect(body).toContain(`<h1>${title}</h1>`)
      expect(body).toContain(`<a href="/">${home}</a>`)
    }
  })

  test.each([
    ['GET', '/linkk/abc', {}],
    ['GET', '/api/v1/listss', browser],
    ['POST', '/linkk/abc', browser],
  ] as const)('is problem details for a program: %s %s', async (method, url, headers) => {
    const { server } = await startTestApi()
    const answer = await server.inject({ method, url, headers })
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(answer.json()).toMatchObject({ code: 'NOT_FOUND', status: 404 })
  })
})
