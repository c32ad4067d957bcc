import { beforeEach, describe, expect, test } from 'vitest'
import { expireHolds } from '../../../domain/store/holds/expire-holds.ts'
import { statusesOf } from '../api-server.ts'
import { listenTo } from '../listen-to.ts'
import { changeIn, type Managed, manage, reasonOf, statesIn } from './managing.ts'

let world: Managed
beforeEach(async (t) => {
  world = await manage(t, 20)
})

/** Takes m1 to m5 off, which the limit lets through (20 %, 5), and then these, which it does not. */
async function removeBeyond(...uids: string[]): Promise<string[]> {
  for (const place of [1, 2, 3, 4, 5]) await world.remove(world.olga, `m${place}`)
  const held = []
  for (const uid of uids) held.push(changeIn(await world.remove(world.olga, uid)).id ?? '')
  return held
}
const stateOf = async (id: string) => {
  const [change] = await world.api.sql<{ state: string; reason_code: string | null }>(
    'select state, reason_code from change where id = $1',
    [id],
  )
  return change
}
const decide = async (by = world.ada, decision = 'approve', id = '', revision?: number) =>
  by('POST', `/admin/holds/${id}/${decision}`, { revision: revision ?? (await revisionOf(id)) })
const revisionOf = async (id: string) => (await world.holds()).find((hold) => hold.id === id)?.revision ?? 1
const waiting = async () => (await world.holds('?state=waiting'))[0]

describe('removals that somebody else asks for', () => {
  test('go to the workers up to the limit; what is beyond it waits for an admin, and says so', async (t) => {
    const heard = await listenTo(world.api, ['hold'], t)
    const answers = []
    for (const place of [1, 2, 3, 4, 5, 6, 7]) answers.push(await world.remove(world.olga, `m${place}`))
    expect(answers.map(({ status }) => status)).toEqual(Array(7).fill(202))
    expect(answers.map((answer) => changeIn(answer).state)).toEqual([
      ...Array<string>(5).fill('queued'),
      'awaiting_approval',
      'awaiting_approval',
    ])
    expect(changeIn(answers[6] ?? answers[0]!)).toMatchObject({
      member: 'm7',
      requestedBy: 'olga',
      reason: { code: 'REMOVAL_HELD', message: expect.stringContaining('an admin has to agree') as string },
    })
    const hold = await waiting()
    expect(hold).toMatchObject({
      kind: 'removals',
      list: 'big',
      state: 'waiting',
      count: 2,
      members: ['m6', 'm7'],
      endedAt: null,
    })
    expect(Date.parse(hold?.expiresAt ?? '') - Date.parse(hold?.createdAt ?? '')).toBe(24 * 3600 * 1000)
    await expect.poll(() => new Set(heard)).toEqual(new Set([`hold ${hold?.id}`]))
  })

  test('the same removal again is the one that waits', async () => {
    const [id] = await removeBeyond('m6')
    const again = await world.remove(world.ada, 'm6')
    expect([again.status, changeIn(again)]).toEqual([200, expect.objectContaining({ id })])
  })

  test('an admin’s own removals count too', async () => {
    await removeBeyond()
    expect(changeIn(await world.remove(world.ada, 'm6')).state).toBe('awaiting_approval')
  })

  test('one’s own leaving always goes through, and takes the place of a removal that waits', async () => {
    const [held] = await removeBeyond('m6', 'm7')
    const own = await world.as('m6')('DELETE', '/user/subscriptions/big')
    expect([own.status, changeIn(own).state]).toEqual([202, 'queued'])
    expect(await stateOf(held ?? '')).toEqual({ state: 'superseded', reason_code: null })
    expect(await waiting()).toMatchObject({ count: 1, members: ['m7'] })
    await world.as('m7')('DELETE', '/user/subscriptions/big')
    await expireHolds(world.api.context.db)
    expect((await world.holds())[0]).toMatchObject({ state: 'over', endedAt: expect.any(String) as string })
  })

  test('all of a list of three need a yes, whatever the numbers', async (t) => {
    const small = await manage(t, 3)
    const states = []
    for (const uid of ['m1', 'm2', 'm3']) states.push(changeIn(await small.remove(small.ada, uid)).state)
    expect(states).toEqual(['queued', 'queued', 'awaiting_approval'])
  })

  test('of many at once by several people no more than the limit gets through', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        world.remove([world.ada, world.mia, world.olga][at % 3] ?? world.ada, `m${at + 1}`),
      ),
    )
    expect(statesIn(answers)).toEqual([
      ...Array<string>(7).fill('awaiting_approval'),
      ...Array<string>(5).fill('queued'),
    ])
    expect(await world.holds()).toHaveLength(1)
  })

  test('the person does not take back what somebody else asked for; who asked does', async (t) => {
    const [held] = await removeBeyond('m6')
    const refused = await world.as('m6')('POST', `/changes/${held}/cancel`)
    expect(reasonOf(refused)).toEqual([403, 'NOT_YOUR_REQUEST'])
    const hold = await waiting()
    const heard = await listenTo(world.api, ['hold'], t)
    expect((await world.olga('POST', `/changes/${held}/cancel`)).status).toBe(200)
    // A worker takes it out of the admins' message at once.
    await expect.poll(() => heard).toEqual([`hold ${hold?.id}`])
    await expireHolds(world.api.context.db)
    expect((await world.holds())[0]).toMatchObject({ state: 'over' })
  })
})

describe('an admin decides', () => {
  test('yes: all that waits under the hold goes to the workers, and is not held again', async (t) => {
    const held = await removeBeyond('m6', 'm7')
    const hold = await waiting()
    // Of another list, about which they say nothing.
    await world.api.sql(
      `with other as (
         insert into list (id, entry_uuid, dn, name, display_name, join_policy, lane)
         values (gen_random_uuid(), 'x', 'cn=other', 'other', 'other', 'open', 1) returning id)
       insert into change (id, list_id, member_id, action, state, via)
       select gen_random_uuid(), other.id, m.id, 'unsubscribe', 'queued', 'api' from other, member m where m.uid = 'm9'`,
    )
    const heard = await listenTo(world.api, ['change_queued', 'hold'], t)
    const answer = await decide(world.ada, 'approve', hold?.id)
    expect([answer.status, answer.json()]).toEqual([
      200,
      expect.objectContaining({ id: hold?.id, state: 'approved', count: 2, members: ['m6', 'm7'] }),
    ])
    for (const id of held) expect(await stateOf(id)).toEqual({ state: 'queued', reason_code: null })
    // How long they waited for a person is not how long the workers let them wait.
    const [late] = await world.api.sql('select 1 from change where wanted_since > created_at limit 1')
    expect(late).toBeDefined()
    // Also those that the limit let through before: what an admin agrees to must not hold them up in a worker's hand.
    expect(await world.api.sql('select 1 from change where removal_approved')).toHaveLength(7)
    await expect.poll(() => heard).toEqual(expect.arrayContaining(['change_queued 0', `hold ${hold?.id}`]))
    // They take people off all the same: the next one waits again, under a hold of its own.
    expect(changeIn(await world.remove(world.olga, 'm8')).state).toBe('awaiting_approval')
    expect(await waiting()).toMatchObject({ count: 1, members: ['m8'] })
  })

  test('no: they are cancelled, and say why', async () => {
    const held = await removeBeyond('m6', 'm7')
    const hold = await waiting()
    expect((await decide(world.mia, 'deny', hold?.id)).json()).toMatchObject({ state: 'denied' })
    for (const id of held) expect(await stateOf(id)).toEqual({ state: 'cancelled', reason_code: 'DENIED' })
    expect(await world.api.sql(`select 1 from change where state = 'queued'`)).toHaveLength(5)
  })

  test('about each alone; with the last of them the hold is over', async () => {
    const [one = '', other = ''] = await removeBeyond('m6', 'm7')
    expect((await world.ada('POST', `/admin/changes/${one}/approve`)).json()).toMatchObject({
      state: 'queued',
      reason: null,
    })
    // No worker asks for a yes once more: neither to this one, nor to those that the limit let through before.
    expect(await world.api.sql('select 1 from change where removal_approved')).toHaveLength(6)
    expect(await waiting()).toMatchObject({ count: 1, members: ['m7'] })
    const denied = await world.ada('POST', `/admin/changes/${other}/deny`, { reason: 'Still with us.' })
    expect(denied.json()).toMatchObject({ state: 'cancelled', reason: { message: 'Still with us.' } })
    expect((await world.holds())[0]).toMatchObject({ state: 'over' })
  })

  test('an owner does not, neither about one nor about all', async () => {
    const [held] = await removeBeyond('m6')
    const hold = await waiting()
    for (const decision of ['approve', 'deny']) {
      expect(reasonOf(await world.olga('POST', `/admin/changes/${held}/${decision}`))).toEqual([
        403,
        'ADMINS_ONLY',
      ])
      expect(reasonOf(await decide(world.olga, decision, hold?.id))).toEqual([403, 'ADMINS_ONLY'])
    }
    expect(await stateOf(held ?? '')).toMatchObject({ state: 'awaiting_approval' })
  })

  test('about those whom they saw: what joined since is not let go unseen', async () => {
    const [held] = await removeBeyond('m6')
    const seen = await waiting()
    expect(seen?.revision).toBe(1)
    const joined = await world.remove(world.olga, 'm7')
    for (const decision of ['approve', 'deny']) {
      const refused = await decide(world.ada, decision, seen?.id, seen?.revision)
      expect(reasonOf(refused)).toEqual([409, 'HOLD_CHANGED'])
      expect(refused.json()).toMatchObject({ details: { hold: { revision: 2, members: ['m6', 'm7'] } } })
    }
    for (const id of [held, changeIn(joined).id])
      expect(await stateOf(id ?? '')).toMatchObject({ state: 'awaiting_approval' })
    expect((await world.ada('POST', `/admin/holds/${seen?.id}/approve`)).status).toBe(400)
    expect((await decide(world.ada, 'approve', seen?.id, 2)).status).toBe(200)
  })

  test('once; after that it is 409, and what is none is 404', async () => {
    await removeBeyond('m6')
    const hold = await waiting()
    await decide(world.ada, 'deny', hold?.id)
    expect(reasonOf(await decide(world.ada, 'approve', hold?.id))).toEqual([409, 'HOLD_ENDED'])
    for (const id of ['nonsense', '0190c1d2-0000-7000-8000-000000000000'])
      expect(reasonOf(await decide(world.ada, 'approve', id))).toEqual([404, 'HOLD_NOT_FOUND'])
  })

  test('of two who say different things at once one is heard, and the other is told', async () => {
    const held = await removeBeyond('m6', 'm7', 'm8')
    const hold = await waiting()
    const answers = await Promise.all([
      decide(world.ada, 'approve', hold?.id),
      decide(world.mia, 'deny', hold?.id),
    ])
    expect(statusesOf(answers)).toEqual([200, 409])
    const states = await Promise.all(held.map(async (id) => (await stateOf(id))?.state))
    expect(new Set(states).size).toBe(1)
  })

  test('the same word again, by its Idempotency-Key, is the same answer', async () => {
    await removeBeyond('m6')
    const hold = await waiting()
    const say = () =>
      world.ada('POST', `/admin/holds/${hold?.id}/approve`, { revision: 1 }, { 'idempotency-key': 'once' })
    const [first, second] = [await say(), await say()]
    expect([second.status, second.json()]).toEqual([200, first.json()])
  })

  test('while its time runs out: it is either decided or expired, never both', async () => {
    const held = await removeBeyond('m6', 'm7', 'm8')
    const hold = await waiting()
    await world.api.sql(`update hold set expires_at = now() - interval '1 second'`)
    const [answer] = await Promise.all([
      decide(world.ada, 'approve', hold?.id),
      expireHolds(world.api.context.db),
      expireHolds(world.api.context.db),
    ])
    const [after] = await world.holds()
    const states = await Promise.all(held.map(async (id) => (await stateOf(id))?.state))
    expect([answer.status, after?.state, new Set(states)]).toEqual(
      answer.status === 200
        ? [200, 'approved', new Set(['queued'])]
        : [409, 'expired', new Set(['cancelled'])],
    )
  })

  test('while somebody leaves by themselves, and while more joins it', async () => {
    await removeBeyond('m6', 'm7', 'm8')
    const hold = await waiting()
    const [, own, more] = await Promise.all([
      decide(world.ada, 'deny', hold?.id),
      world.as('m6')('DELETE', '/user/subscriptions/big'),
      world.remove(world.olga, 'm9'),
    ])
    expect(changeIn(own).state).toBe('queued')
    expect(changeIn(more).state).toBe('awaiting_approval')
    const stuck = await world.api.sql(
      `select 1 from change c join hold h on h.id = c.hold_id where c.state = 'awaiting_approval' and h.state <> 'waiting'`,
    )
    expect(stuck).toEqual([])
  })
})

describe('nobody decides', () => {
  test('for a day: then it is cancelled, with the reason', async () => {
    const held = await removeBeyond('m6')
    expect(await expireHolds(world.api.context.db)).toBe(0)
    await world.api.sql(`update hold set expires_at = now()`)
    expect(await expireHolds(world.api.context.db)).toBe(1)
    expect(await stateOf(held[0] ?? '')).toEqual({ state: 'cancelled', reason_code: 'EXPIRED' })
    expect((await world.holds())[0]).toMatchObject({ state: 'expired', members: ['m6'] })
    expect(await expireHolds(world.api.context.db)).toBe(0)
  })
})

test('everything about a hold is in the audit, by ids only', async () => {
  await removeBeyond('m6')
  const hold = await waiting()
  await decide(world.ada, 'approve', hold?.id)
  const entries = await world.api.sql<{ event: string; actor_id: string | null; details: object }>(
    `select event, actor_id, details from audit_entry where event like 'hold.%' or event in ('change.held', 'change.approved')
     order by at, id`,
  )
  expect(entries.map(({ event, actor_id }) => [event, actor_id])).toEqual([
    ['hold.begun', null],
    ['change.held', null],
    ['change.approved', world.ids['ada']],
    ['hold.approved', world.ids['ada']],
  ])
  expect(JSON.stringify(entries)).not.toMatch(/m6|big|olga/)
})

test('holds come in pages, newest first', async () => {
  await world.api.sql(
    `insert into hold (id, kind, state, expires_at, ended_at)
     select ('0190c1d2-0000-7000-8000-00000000000' || n)::uuid, 'people-gone', 'over', now(), now() from generate_series(1, 3) n`,
  )
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const answer = await world.ada('GET', `/admin/holds?limit=2${cursor && `&cursor=${cursor}`}`)
    const page: { items: { id: string }[]; nextCursor: string | null } = answer.json()
    seen.push(...page.items.map(({ id }) => id.slice(-1)))
    cursor = page.nextCursor
  }
  expect(seen).toEqual(['3', '2', '1'])
  for (const query of ['state=open', 'cursor=W10', 'limit=0'])
    expect((await world.ada('GET', `/admin/holds?${query}`)).status).toBe(400)
})
