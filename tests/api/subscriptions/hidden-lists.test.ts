import { beforeAll, describe, expect, test } from 'vitest'
import type { List } from '../../../domain/contracts/list.ts'
import type { Subscriptions } from '../../../domain/contracts/subscription.ts'
import { newApiToken } from '../../../domain/rules/api-token.ts'
import { hashOf } from '../../../domain/rules/secret-hash.ts'
import { newId } from '../../../domain/store/new-id.ts'
import {
  addLink,
  addList,
  addMember,
  type Answer,
  markMirrorRead,
  startTestApi,
  type TestApi,
} from '../api-server.ts'

const accountOf = {
  ada: '100000000000000001',
  olga: '100000000000000002',
  otto: '100000000000000003',
  mia: '100000000000000004',
  max: '100000000000000005',
} as const
type Name = keyof typeof accountOf

let api: TestApi
/** Of olga, who was an admin when she made it. */
let token: string

/** The hidden list `board`: olga owns it by the directory, mia too but linked by mail, otto another one, max is on none. */
beforeAll(async () => {
  api = await startTestApi()
  const ids = new Map<Name, string>()
  for (const uid of Object.keys(accountOf) as Name[]) {
    const { id } = await addMember(api, uid, { isAdmin: uid === 'ada' })
    ids.set(uid, id)
    await addLink(api, accountOf[uid], id)
  }
  await api.sql(`update discord_link set method = 'mail' where discord_user_id = $1`, [accountOf.mia])
  await addList(api, 'board', { hidden: true })
  const other = await addList(api, 'other', { hidden: true })
  await addList(api, 'news')
  await ownedBy('olga', 'mia')
  await api.sql('insert into list_owner (list_id, member_id) values ($1, $2)', [other, ids.get('otto')])
  await markMirrorRead(api)
  token = newApiToken()
  await api.sql(
    `insert into api_token (id, token_hash, member_id, name, scopes, expires_at)
     values ($1, $2, $3, 'a token', $4, now() + interval '1 day')`,
    [newId(), hashOf(token), ids.get('olga'), ['read', 'subscriptions', 'admin']],
  )
})

/** Whom the directory names as owners of `board`. */
const ownedBy = (...uids: Name[]) =>
  api.sql(
    `update list set owner_keys = array(select dn_key from member where uid = any($1)) where name = 'board'`,
    [uids],
  )

type Asking = (
  method: 'GET' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
) => Promise<Pick<Answer, 'status' | 'json'>>

const by =
  (name: Name): Asking =>
  (method, path, body) =>
    api.as(accountOf[name])(method, path, body)

const byToken: Asking = async (method, path, payload) => {
  const answer = await api.server.inject({
    method,
    url: `/api/v1${path}`,
    headers: { authorization: `Bearer ${token}` },
    ...(payload === undefined ? {} : { payload }),
  })
  return { status: answer.statusCode, json: answer.json.bind(answer) }
}

const listsOf = async (ask: Asking) =>
  (await ask('GET', '/lists')).json<{ items: List[] }>().items.map(({ name }) => name)
const subscriptionsOf = async (ask: Asking) =>
  (await ask('GET', '/user/subscriptions')).json<Subscriptions>().items.map(({ list }) => list)

describe('an owner who is not on their own hidden list', () => {
  test('sees it, and no other', async () => {
    for (const lists of [await listsOf(by('olga')), await subscriptionsOf(by('olga'))])
      expect(lists).toEqual(['board', 'news'])
    for (const lists of [await listsOf(by('otto')), await subscriptionsOf(by('otto'))])
      expect(lists).toEqual(['news', 'other'])
    const answer = await by('olga')('GET', '/lists/BOARD')
    expect([answer.status, answer.json()]).toEqual([
      200,
      expect.objectContaining({ name: 'board', memberCount: 0, owners: ['mia', 'olga'] }),
    ])
    expect((await by('olga')('GET', '/lists/other')).status).toBe(404)
  })

  test('asks for a place on it as on any that they see, and takes it back', async () => {
    const olga = by('olga')
    expect((await olga('PUT', '/user/subscriptions/board')).status).toBe(202)
    expect((await olga('DELETE', '/user/subscriptions/board')).status).toBe(202)
    expect((await olga('PATCH', '/user/subscriptions', { subscriptions: { board: true } })).status).toBe(202)
    expect((await olga('PUT', '/user/subscriptions', { subscriptions: { news: false } })).status).toBe(400)
    const whole = { board: false, news: false }
    expect((await olga('PUT', '/user/subscriptions', { subscriptions: whole })).status).toBe(202)
  })

  test('stops seeing it once they own it no more', async (t) => {
    await ownedBy('mia')
    t.onTestFinished(async () => void (await ownedBy('olga', 'mia')))
    expect((await by('olga')('GET', '/lists/board')).status).toBe(404)
    expect(await subscriptionsOf(by('olga'))).toEqual(['news'])
  })
})

describe.each<[string, () => Asking]>([
  ['a member', () => by('max')],
  ['the owner of another list', () => by('otto')],
  ['an owner whose link carries no rights', () => by('mia')],
  ['an owner by token, which carries no rights of owners', () => byToken],
])('%s', (_who, asking) => {
  test('sees nothing of it, and asks for it in vain', async () => {
    const ask = asking()
    expect(await listsOf(ask)).not.toContain('board')
    expect(await subscriptionsOf(ask)).not.toContain('board')
    expect((await ask('GET', '/lists/board')).status).toBe(404)
    expect((await ask('PUT', '/user/subscriptions/board')).status).toBe(404)
    expect((await ask('DELETE', '/user/subscriptions/board')).status).toBe(404)
    expect((await ask('PATCH', '/user/subscriptions', { subscriptions: { board: true } })).status).toBe(400)
  })
})

test('an admin sees all of them', async () => {
  expect(await listsOf(by('ada'))).toEqual(['board', 'news', 'other'])
  expect(await subscriptionsOf(by('ada'))).toEqual(['board', 'news', 'other'])
})
