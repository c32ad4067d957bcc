import { promisify } from 'node:util'
import pg from 'pg'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Change } from '../../../domain/contracts/change.ts'
import { holdRemovals } from '../../../domain/store/holds/hold-removals.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { somebodyWaits } from '../../_support/world.ts'
import {
  addLink,
  addList,
  addMember,
  type Answer,
  type Caller,
  endChange,
  markMirrorRead,
  serviceToken,
  startTestApi,
  type TestApi,
} from '../api-server.ts'

let api: TestApi
let alice: Caller
let bob: Caller
let change: Change

beforeEach(async (t) => {
  api = await startTestApi(t)
  for (const [uid, account] of [
    ['alice', '100000000000000001'],
    ['bob', '100000000000000002'],
  ] as const)
    await addLink(api, account, (await addMember(api, uid)).id)
  await addList(api, 'news')
  await markMirrorRead(api)
  alice = api.as('100000000000000001')
  bob = api.as('100000000000000002')
  change = (await alice('PUT', '/user/subscriptions/news')).json<Change>()
})

const backends = () =>
  api.sql<{ count: number }>(
    `select count(*)::integer as count from pg_stat_activity
     where datname = current_database() and application_name = 'guildpost' and state <> 'idle'`,
  )

describe('reading', () => {
  test('a change is seen by whom it is about, and by nobody else', async () => {
    expect((await alice('GET', `/changes/${change.id}`)).json()).toEqual(change)
    const other = await bob('GET', `/changes/${change.id}`)
    expect([other.status, other.json()['code']]).toEqual([404, 'NOT_FOUND'])
  })

  test('a change is seen by the list’s owner, where their link carries an owner’s rights', async () => {
    await api.sql(
      `insert into list_owner (list_id, member_id) select l.id, m.id from list l, member m where l.name = 'news' and m.uid = 'bob'`,
    )
    expect((await bob('GET', `/changes/${change.id}`)).json()).toEqual(change)
    await api.sql(`update discord_link set method = 'mail' where discord_user_id = '100000000000000002'`)
    expect((await bob('GET', `/changes/${change.id}`)).status).toBe(404)
  })

  test.each(['nonsense', '0190c1d2-0000-7000-8000-000000000000'])('%s is 404', async (id) => {
    expect((await alice('GET', `/changes/${id}`)).status).toBe(404)
    expect((await alice('POST', `/changes/${id}/cancel`)).status).toBe(404)
    expect((await alice('POST', `/changes/${id}/told`)).status).toBe(404)
  })

  test.each(['-1', '26', 'soon', '1.5', '', '1&wait=2', '%00'])('wait=%s is 400', async (wait) => {
    expect((await alice('GET', `/changes/${change.id}?wait=${wait}`)).status).toBe(400)
  })
})

describe('waiting', () => {
  /** A call that is certainly waiting by now; its answer is in an object, so that it is not awaited along with it. */
  async function waiting(by: Caller, waitS = 25): Promise<{ answer: Promise<Answer> }> {
    const before = waiters
    const answer = by('GET', `/changes/${change.id}?wait=${waitS}`)
    await expect.poll(() => waiters).toBeGreaterThan(before)
    return { answer }
  }
  let waiters = 0
  beforeEach(() => {
    waiters = 0
    const register = api.changeWaiters.register.bind(api.changeWaiters)
    // What is asked after the first read is certainly waiting.
    api.changeWaiters.register = (...args) => {
      const waiter = register(...args)
      return {
        ...waiter,
        next: () => {
          waiters += 1
          return waiter.next()
        },
      }
    }
  })

  test('is answered the moment the change has ended', async () => {
    const answers = [await waiting(alice), await waiting(alice)]
    await endChange(api, change.id ?? '')
    for (const { answer } of answers)
      expect((await answer).json()).toMatchObject({ state: 'applied', proof: { how: 'modified' } })
  })

  test('is answered by what the observer would write', async () => {
    const { answer } = await waiting(alice)
    await api.sql(`update change set would_write = 'dn: cn=news' where id = $1`, [change.id])
    await api.sql(`select pg_notify('change_observed', $1)`, [change.id])
    expect((await answer).json()).toMatchObject({ state: 'queued', wouldWrite: 'dn: cn=news' })
  })

  test('is answered when a worker finds that an admin has to agree first', async () => {
    const { answer } = await waiting(alice)
    const id = change.id ?? ''
    const [held] = await api.sql<{ list_id: string }>(
      `update change set state = 'applying' where id = $1 returning list_id`,
      [id],
    )
    await api.context.db.transaction((tx) =>
      holdRemovals(tx, { listId: held?.list_id ?? '', changeIds: [id] }),
    )
    expect((await answer).json()).toMatchObject({
      state: 'awaiting_approval',
      reason: { code: 'REMOVAL_HELD' },
    })
  })

  test('goes on when there was news but no end', async () => {
    const { answer } = await waiting(alice)
    await api.sql(`update change set state = 'applying' where id = $1`, [change.id])
    await api.sql(`select pg_notify('change_ended', $1)`, [change.id])
    await expect.poll(() => waiters).toBe(2)
    await endChange(api, change.id ?? '')
    expect((await answer).json()).toMatchObject({ state: 'applied' })
  })

  test('a lost NOTIFY makes it late, not wrong: it reads again at the deadline', async () => {
    const { answer } = await waiting(alice, 1)
    await endChange(api, change.id ?? '', { notify: false })
    expect((await answer).json()).toMatchObject({ state: 'applied' })
  })

  test('at the deadline it answers what there is', async () => {
    expect((await alice('GET', `/changes/${change.id}?wait=1`)).json()).toMatchObject({ state: 'queued' })
  })

  test('what was said while the listener was away is looked for when it is back', async () => {
    const { answer } = await waiting(alice)
    await endChange(api, change.id ?? '', { notify: false })
    await api.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'guildpost-listen'`,
    )
    expect((await answer).json()).toMatchObject({ state: 'applied' })
  })

  test('holds no connection to the database', async () => {
    const { answer } = await waiting(alice)
    await expect.poll(async () => (await backends())[0]?.count).toBe(0)
    await endChange(api, change.id ?? '')
    await answer
  })

  test('is answered at once when the server stops', async () => {
    const { answer } = await waiting(alice)
    await api.server.close()
    const answered = await answer
    expect(answered.status).toBe(200)
    expect(answered.json()).toMatchObject({ state: 'queued' })
  })

  test('ends when the client goes away', async () => {
    const url = await api.server.listen({ host: '127.0.0.1', port: 0 })
    const leaving = new AbortController()
    const released = Promise.withResolvers<void>()
    const register = api.changeWaiters.register.bind(api.changeWaiters)
    api.changeWaiters.register = (...args) => {
      const waiter = register(...args)
      return {
        ...waiter,
        release: () => {
          waiter.release()
          released.resolve()
        },
      }
    }
    const fetched = fetch(`${url}/api/v1/changes/${change.id}?wait=25`, {
      headers: { authorization: `Bearer ${serviceToken}`, 'x-discord-user': '100000000000000001' },
      signal: leaving.signal,
    })
    await expect.poll(() => waiters).toBe(1)
    leaving.abort()
    await expect(fetched).rejects.toThrow('aborted')
    await released.promise
  })

  test('does not begin when the client was gone before', async (t) => {
    const url = await api.server.listen({ host: '127.0.0.1', port: 0 })
    const unreadable = new pg.Client({ connectionString: api.databaseUrl })
    await unreadable.connect()
    cleanUpAfter(t, () => unreadable.end())
    await unreadable.query('begin; lock table discord_link')
    let released = 0
    const register = api.changeWaiters.register.bind(api.changeWaiters)
    api.changeWaiters.register = (...args) => {
      const waiter = register(...args)
      return {
        ...waiter,
        release: () => {
          waiter.release()
          released += 1
        },
      }
    }
    const leaving = new AbortController()
    const fetched = fetch(`${url}/api/v1/changes/${change.id}?wait=25`, {
      headers: { authorization: `Bearer ${serviceToken}`, 'x-discord-user': '100000000000000001' },
      signal: leaving.signal,
    })
    await somebodyWaits(api.context)
    leaving.abort()
    await expect(fetched).rejects.toThrow('aborted')
    await expect.poll(() => promisify(api.server.server.getConnections.bind(api.server.server))()).toBe(0)
    await unreadable.query('commit')
    await expect.poll(() => released).toBeGreaterThan(0)
  })

  test('for somebody else’s change is 404 at once', async () => {
    expect((await bob('GET', `/changes/${change.id}?wait=25`)).status).toBe(404)
  })
})

describe('cancelling', () => {
  test('takes a waiting change back, and tells who waits for it', async () => {
    const waiting = alice('GET', `/changes/${change.id}?wait=25`)
    const answer = await alice('POST', `/changes/${change.id}/cancel`)
    expect(answer.status).toBe(200)
    expect(answer.json()).toMatchObject({ id: change.id, state: 'cancelled', reason: { code: 'CANCELLED' } })
    expect((await waiting).json()).toMatchObject({ state: 'cancelled' })
    const audit = await api.sql(`select outcome from audit_entry where event = 'change.cancelled'`)
    expect(audit).toEqual([{ outcome: 'cancelled' }])
  })

  test('is 409 once a worker has it, and once it has ended', async () => {
    await api.sql(`update change set state = 'applying' where id = $1`, [change.id])
    const applying = await alice('POST', `/changes/${change.id}/cancel`)
    expect(applying.status).toBe(409)
    expect(applying.json()).toMatchObject({
      code: 'CONFLICT',
      details: { reason: 'NOT_WAITING', state: 'applying' },
    })
    await endChange(api, change.id ?? '')
    expect((await alice('POST', `/changes/${change.id}/cancel`)).status).toBe(409)
  })

  test('is 409 while it may be under way to the directory; the opposite takes its place', async () => {
    await api.sql(`update list set asserting_version = '20260101000000.000000Z#000000#000#000000'`)
    const refused = await alice('POST', `/changes/${change.id}/cancel`)
    expect(refused.status).toBe(409)
    expect(refused.json()).toMatchObject({ code: 'CONFLICT', details: { reason: 'NOT_WAITING' } })
    expect(refused.json()['detail']).toContain('Ask for the opposite instead')
    const opposite = await alice('DELETE', '/user/subscriptions/news')
    expect(opposite.status).toBe(202)
    expect((await alice('GET', `/changes/${change.id}`)).json()).toMatchObject({
      state: 'superseded',
      supersededBy: opposite.json()['id'],
      newerWordOf: 'alice',
    })
  })

  test('is not offered while it may be under way: the change says so, and only then', async () => {
    const isMaybeSent = async () =>
      (await alice('GET', `/changes/${change.id}`)).json<Change>().maybeSent ?? false
    expect(await isMaybeSent()).toBe(false)
    await api.sql(`update list set asserting_version = '20260101000000.000000Z#000000#000#000000'`)
    expect(await isMaybeSent()).toBe(true)
    await api.sql(`update change set state = 'awaiting_approval'`)
    expect(await isMaybeSent()).toBe(false)
    await endChange(api, change.id ?? '')
    expect(await isMaybeSent()).toBe(false)
  })

  test('says whose newer word took its place, where that is known', async () => {
    expect((await alice('GET', `/changes/${change.id}`)).json()).not.toHaveProperty('newerWordOf')
    const opposite = (await alice('DELETE', '/user/subscriptions/news')).json<Change>()
    const askedBy = (uid: string | null) =>
      api.sql('update change set requested_by = (select id from member where uid = $1) where id = $2', [
        uid,
        opposite.id,
      ])
    await askedBy('bob')
    expect((await alice('GET', `/changes/${change.id}`)).json()).toMatchObject({ newerWordOf: 'bob' })
    await askedBy(null)
    expect((await alice('GET', `/changes/${change.id}`)).json()).not.toHaveProperty('newerWordOf')
  })

  test('goes on where only an approval is waited for', async () => {
    await api.sql(`update change set state = 'awaiting_approval'`)
    await api.sql(`update list set asserting_version = '20260101000000.000000Z#000000#000#000000'`)
    expect((await alice('POST', `/changes/${change.id}/cancel`)).status).toBe(200)
  })

  test('takes back, too, that somebody else puts one on a list', async () => {
    await api.sql(`update change set requested_by = (select id from member where uid = 'bob')`)
    const answer = await alice('POST', `/changes/${change.id}/cancel`)
    expect([answer.status, answer.json()]).toMatchObject([200, { state: 'cancelled', requestedBy: 'bob' }])
  })

  test('is on record by one id, however that was written', async () => {
    expect((await alice('POST', `/changes/${change.id?.toUpperCase()}/cancel`)).status).toBe(200)
    expect(await api.sql(`select subject_id from audit_entry where event = 'change.cancelled'`)).toEqual([
      { subject_id: change.id },
    ])
  })

  test('is 404 for somebody else', async () => {
    expect((await bob('POST', `/changes/${change.id}/cancel`)).status).toBe(404)
  })
})

describe('telling', () => {
  test('is recorded once', async () => {
    await endChange(api, change.id ?? '')
    for (const _time of [1, 2]) {
      const answer = await alice('POST', `/changes/${change.id}/told`)
      expect([answer.status, answer.text]).toEqual([204, ''])
    }
    const told = await api.sql('select told_at from change where told_at is not null')
    expect(told).toHaveLength(1)
    expect(await api.sql(`select 1 from audit_entry where event = 'change.told'`)).toHaveLength(1)
  })

  test('is 409 before the end, and 404 for somebody else', async () => {
    expect((await alice('POST', `/changes/${change.id}/told`)).status).toBe(409)
    expect((await bob('POST', `/changes/${change.id}/told`)).status).toBe(404)
  })
})
