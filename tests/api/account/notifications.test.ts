import { beforeEach, describe, expect, test } from 'vitest'
import { addLink, addMember, startTestApi, type TestApi } from '../api-server.ts'

const account = '100000000000000001'
const path = '/user/notifications'
const all = { 'added-or-removed': true, decided: true, failed: true, asked: true }

let api: TestApi
let alice: { id: string }
let call: ReturnType<TestApi['as']>

beforeEach(async (t) => {
  api = await startTestApi(t)
  alice = await addMember(api, 'alice')
  await addMember(api, 'bob')
  await addLink(api, account, alice.id)
  call = api.as(account)
})

const items = (on: Readonly<Record<string, boolean>>) => ({
  items: Object.entries(on).map(([kind, isOn]) => ({ kind, on: isOn })),
})
const page = (on: Readonly<Record<string, boolean>>) => ({ ...items(on), nextCursor: null })
const shown = async () => (await call('GET', path)).json()
const muted = () => api.sql(`select uid, muted from member where muted <> '{}'`)

describe('what a member is told of', () => {
  test('is everything at first', async () => {
    const answer = await call('GET', path)
    expect([answer.status, answer.json()]).toEqual([200, page(all)])
  })

  test('is switched off and on kind by kind, for nobody else', async () => {
    const off = await call('PATCH', path, { decided: false, failed: false })
    expect([off.status, off.json()]).toEqual([200, items({ ...all, decided: false, failed: false })])
    const on = await call('PATCH', path, { failed: true })
    expect(on.json()).toEqual(items({ ...all, decided: false }))
    expect(await shown()).toEqual(page({ ...all, decided: false }))
    expect(await muted()).toEqual([{ uid: 'alice', muted: ['decided'] }])
  })

  test('is on record where it changes, and only there', async () => {
    await call('PATCH', path, { decided: false, failed: true })
    await call('PATCH', path, { decided: false })
    await call('PATCH', path, {})
    expect(
      await api.sql(
        `select actor_id, subject_id, via, details from audit_entry where event = 'member.notifications'`,
      ),
    ).toEqual([{ actor_id: alice.id, subject_id: alice.id, via: 'discord', details: { decided: false } }])
  })

  test('is changed once for each Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'once' }
    const first = await call('PATCH', path, { decided: false }, headers)
    await call('PATCH', path, { decided: true })
    const again = await call('PATCH', path, { decided: false }, headers)
    expect([again.status, again.json()]).toEqual([200, first.json()])
    expect(await shown()).toEqual(page(all))
    expect((await call('PATCH', path, { failed: false }, headers)).status).toBe(409)
  })

  test.each([
    [{ decided: 'no' }],
    [{ decided: 0 }],
    [{ decided: null }],
    [{ links: false }],
    [{ decided: false, links: false }],
    [[]],
    [undefined],
  ])('%j is 400, and nothing is changed', async (body) => {
    const answer = await call('PATCH', path, body)
    expect([answer.status, answer.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'VALIDATION_ERROR' }),
    ])
    expect(await muted()).toEqual([])
  })

  test('is nobody’s who is not linked', async () => {
    const stranger = api.as('100000000000000009')
    for (const answer of [await stranger('GET', path), await stranger('PATCH', path, { failed: false })])
      expect([answer.status, answer.json()]).toEqual([403, expect.objectContaining({ code: 'NOT_LINKED' })])
  })
})
