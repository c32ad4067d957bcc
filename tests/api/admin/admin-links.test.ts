import { beforeEach, describe, expect, test } from 'vitest'
import {
  addLink,
  addMember,
  type Caller,
  markMirrorRead,
  startTestApi,
  statusesOf,
  type TestApi,
} from '../api-server.ts'

const account = '100000000000000001'
const adminAccount = '100000000000000002'
const nobodys = '100000000000000003'

let api: TestApi
let alice: { id: string }
let ada: { id: string }
let admin: Caller

beforeEach(async (t) => {
  api = await startTestApi(t)
  alice = await addMember(api, 'alice', { displayName: 'Alice Anderson' })
  ada = await addMember(api, 'ada', { isAdmin: true })
  await addLink(api, account, alice.id)
  await addLink(api, adminAccount, ada.id)
  await markMirrorRead(api)
  admin = api.as(adminAccount)
})

const end = (headers = {}) => admin('DELETE', `/admin/links/${account}`, undefined, headers)

const linkOf = (discordUserId: string) =>
  api.sql(`select unlink_reason from discord_link where discord_user_id = $1 and unlinked_at is null`, [
    discordUserId,
  ])

describe('an admin', () => {
  test('sees whom an account acts for, and how that was proven', async () => {
    const answer = await admin('GET', `/admin/links/${account}`)
    expect([answer.status, answer.json()]).toEqual([
      200,
      {
        username: 'alice',
        displayName: 'Alice Anderson',
        linkedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as unknown,
        method: 'web',
        state: 'present',
      },
    ])
    await api.sql(`update discord_link set method = 'import' where discord_user_id = $1`, [account])
    await api.sql(`update member set state = 'gone', gone_at = now() where uid = 'alice'`)
    expect((await admin('GET', `/admin/links/${account}`)).json()).toMatchObject({
      method: 'import',
      state: 'gone',
    })
  })

  test('ends a link; the one who had it is told, in their language, and else by mail', async () => {
    await api.sql(`update discord_link set locale = 'zh-TW' where discord_user_id = $1`, [account])
    expect((await admin('DELETE', `/admin/links/${account}`)).status).toBe(204)
    expect(await linkOf(account)).toEqual([])
    expect((await api.as(account)('GET', '/auth/me')).json()).toMatchObject({ code: 'NOT_LINKED' })
    const [notice, ...more] = await api.sql<{ body: { content: string } }>('select * from notice')
    expect(more).toEqual([])
    expect(notice).toMatchObject({
      kind: 'link.ended',
      destination_kind: 'member',
      destination_id: account,
      body: {
        content: expect.stringContaining('管理員解除了這個 Discord 帳號與 **alice** 的連結') as unknown,
        mail: { to: 'alice@example.org', memberId: alice.id },
      },
    })
    expect(
      await api.sql(
        `select actor_kind, actor_id, via, outcome, details from audit_entry where event = 'link.ended'`,
      ),
    ).toEqual([
      {
        actor_kind: 'member',
        actor_id: ada.id,
        via: 'discord',
        outcome: 'admin',
        details: { discordUser: account },
      },
    ])
  })

  test('gets the same answer to the same call, and 404 for an account without a link', async () => {
    const key = { 'idempotency-key': 'one-interaction' }
    expect((await end(key)).status).toBe(204)
    const again = await end(key)
    expect([again.status, again.headers['idempotent-replayed']]).toEqual([204, 'true'])
    for (const answer of [
      await end(),
      await admin('GET', `/admin/links/${account}`),
      await admin('DELETE', `/admin/links/${nobodys}`),
      await admin('GET', '/admin/links/alice'),
    ])
      expect([answer.status, answer.json()]).toMatchObject([404, { details: { reason: 'LINK_NOT_FOUND' } }])
    expect(await api.sql('select 1 from notice')).toHaveLength(1)
  })

  test('two who end it at once: one of them did it', async () => {
    expect(statusesOf(await Promise.all([end(), end()]))).toEqual([204, 404])
  })
})

test.each(['GET', 'DELETE'] as const)('nobody else may %s, not even one’s own', async (method) => {
  const path = `/admin/links/${account}`
  const asAlice = await api.as(account)(method, path)
  expect([asAlice.status, asAlice.json()]).toMatchObject([403, { details: { reason: 'ADMINS_ONLY' } }])
  expect((await api.as(nobodys)(method, path)).json()).toMatchObject({ code: 'NOT_LINKED' })
  await api.sql(`update discord_link set method = 'mail' where discord_user_id = $1`, [adminAccount])
  expect((await admin(method, path)).status).toBe(403)
  expect(await linkOf(account)).toHaveLength(1)
})
