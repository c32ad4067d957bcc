import { beforeEach, describe, expect, test } from 'vitest'
import { addMember, statusesOf } from '../api-server.ts'
import { changeIn, type Managed, manage, reasonOf } from './managing.ts'

let world: Managed
beforeEach(async (t) => {
  world = await manage(t, 10)
})

const put = (by = world.olga, uid = 'max') => by('PUT', `/admin/lists/big/members/${uid}`)
const close = (join: string) => world.api.sql('update list set join_policy = $1', [join])
const retry = (id: string | null, by = world.olga) => by('POST', `/admin/changes/${id}/retry`)

/** What max asked for, or olga about max, and what the directory refused. */
async function failed(by: 'max' | 'olga' = 'max'): Promise<string> {
  const answer = by === 'max' ? await world.max('PUT', '/user/subscriptions/big') : await put()
  const { id } = changeIn(answer)
  await world.api.sql(
    `update change set state = 'failed', ended_at = now(), reason_code = 'REFUSED', reason_message = 'no' where id = $1`,
    [id],
  )
  return id ?? ''
}

describe('who manages a list', () => {
  test('puts somebody on it and takes them off, closed or not, in their own name', async () => {
    await close('closed')
    const answer = await put()
    expect([answer.status, answer.headers['location'], changeIn(answer)]).toEqual([
      202,
      `/api/v1/changes/${changeIn(answer).id}`,
      expect.objectContaining({
        member: 'max',
        action: 'subscribe',
        state: 'queued',
        requestedBy: 'olga',
        via: 'discord',
      }),
    ])
    expect((await world.max('GET', `/changes/${changeIn(answer).id}`)).status).toBe(200)
    const removed = await world.remove(world.ada, 'M1')
    expect([removed.status, changeIn(removed)]).toEqual([
      202,
      expect.objectContaining({ member: 'm1', action: 'unsubscribe', requestedBy: 'ada' }),
    ])
  })

  test('learns of nobody before the directory was read for the first time, and is told so', async () => {
    await world.api.sql(`delete from sync_run`)
    for (const list of ['big', 'not-read-yet']) {
      const answer = await world.ada('GET', `/admin/lists/${list}/members`)
      expect([reasonOf(answer), answer.headers['retry-after']]).toEqual([[503, 'MIRROR_MISSING'], '30'])
    }
  })

  test('what stands already is 200', async () => {
    expect((await put(world.olga, 'm1')).status).toBe(200)
    expect((await world.remove(world.olga, 'max')).status).toBe(200)
    const first = changeIn(await put())
    const again = await put(world.ada)
    expect([again.status, changeIn(again).id]).toEqual([200, first.id])
  })

  test('approves by it who has asked for it', async () => {
    await close('approval')
    const asked = changeIn(await world.max('PUT', '/user/subscriptions/big'))
    expect(asked.state).toBe('awaiting_approval')
    const answer = await put()
    expect([answer.status, changeIn(answer)]).toEqual([
      202,
      expect.objectContaining({ id: asked.id, state: 'queued', requestedBy: 'max' }),
    ])
  })

  test('turns down by it who only asks for it; who is on it already is taken off', async () => {
    await close('approval')
    const asked = changeIn(await world.max('PUT', '/user/subscriptions/big'))
    const answer = await world.remove(world.olga, 'max')
    expect([answer.status, changeIn(answer)]).toEqual([
      200,
      expect.objectContaining({
        id: asked.id,
        action: 'subscribe',
        state: 'cancelled',
        reason: expect.objectContaining({ code: 'DENIED' }),
      }),
    ])
    expect(changeIn(await world.max('PUT', '/user/subscriptions/big'))).toMatchObject({
      state: 'awaiting_approval',
    })
    await world.api.sql(
      `insert into membership (list_id, member_id) select l.id, m.id from list l, member m where l.name = 'big' and m.uid = 'max'`,
    )
    expect(changeIn(await world.remove(world.olga, 'max'))).toMatchObject({
      action: 'unsubscribe',
      state: 'queued',
    })
  })

  test('also themselves, on a closed list', async () => {
    await close('closed')
    expect(reasonOf(await world.olga('PUT', '/user/subscriptions/big'))).toEqual([403, 'LIST_CLOSED'])
    expect(changeIn(await put(world.olga, 'olga'))).toMatchObject({ state: 'queued', requestedBy: 'olga' })
  })

  test('uses up nobody’s limit of requests', async () => {
    const answer = await put()
    expect(answer.headers['ratelimit-limit']).toBeUndefined()
  })

  test('who is being taken off a closed list does not stay by asking for it', async () => {
    await close('closed')
    await world.remove(world.olga, 'm1')
    expect(reasonOf(await world.as('m1')('PUT', '/user/subscriptions/big'))).toEqual([403, 'LIST_CLOSED'])
    await world.as('m2')('DELETE', '/user/subscriptions/big')
    expect((await world.as('m2')('PUT', '/user/subscriptions/big')).status).toBe(202)
  })

  test('somebody whom nobody knows, who is gone, or of whom there are two is refused', async () => {
    expect(reasonOf(await put(world.olga, 'nobody'))).toEqual([404, 'MEMBER_NOT_FOUND'])
    await addMember(world.api, 'gus', { gone: true })
    const gone = await put(world.olga, 'gus')
    expect([reasonOf(gone), gone.json()]).toEqual([
      [404, 'MEMBER_GONE'],
      expect.objectContaining({ detail: expect.stringContaining('not in the directory any more') as string }),
    ])
    await addMember(world.api, 'Max')
    expect(reasonOf(await put())).toEqual([409, 'USERNAME_SHARED'])
  })

  test('a user name that somebody else has by now is that person’s', async () => {
    await addMember(world.api, 'gus', { gone: true })
    const { id } = await addMember(world.api, 'gus')
    await put(world.olga, 'gus')
    expect(await world.api.sql('select member_id from change')).toEqual([{ member_id: id }])
  })

  test('names somebody by the Discord account that is linked to them', async () => {
    const answer = await put(world.olga, '@100000000000000003')
    expect([answer.status, changeIn(answer)]).toMatchObject([202, { member: 'max', requestedBy: 'olga' }])
    expect(reasonOf(await put(world.olga, '@100000000000099999'))).toEqual([404, 'MEMBER_NOT_FOUND'])
    const m1 = changeIn(await world.remove(world.olga, '@100000000000000004'))
    expect(m1).toMatchObject({ member: 'm1', action: 'unsubscribe' })
  })

  test('an owner does not learn who is behind an account by taking nobody off', async () => {
    const refused = await world.remove(world.olga, '@100000000000000003')
    expect(reasonOf(refused)).toEqual([404, 'MEMBER_NOT_FOUND'])
    expect(JSON.stringify(refused.json())).not.toContain('max')
    expect((await world.remove(world.ada, '@100000000000000003')).status).toBe(200)
  })

  test('sees every change of the list, and nobody else does', async () => {
    const { id } = changeIn(await put(world.ada))
    for (const by of [world.olga, world.mia, world.max])
      expect((await by('GET', `/changes/${id}`)).status).toBe(200)
    expect((await world.as('m1')('GET', `/changes/${id}`)).status).toBe(404)
  })

  test('the same call twice at once is one change', async () => {
    const answers = await Promise.all([put(), put(world.ada), put(world.mia)])
    expect(statusesOf(answers)).toEqual([200, 200, 202])
    expect(await world.api.sql('select 1 from change')).toHaveLength(1)
  })

  test('a list that is none is 404 for an admin', async () => {
    expect(reasonOf(await world.ada('PUT', '/admin/lists/none/members/max'))).toEqual([404, 'LIST_NOT_FOUND'])
  })
})

describe('a change that failed', () => {
  test('is tried again as a new change; a member’s own request stays theirs', async () => {
    const id = await failed()
    const answer = await retry(id)
    expect([answer.status, changeIn(answer)]).toEqual([
      202,
      expect.objectContaining({ retryOf: id, member: 'max', requestedBy: 'max', state: 'queued' }),
    ])
    expect(answer.headers['location']).toBe(`/api/v1/changes/${changeIn(answer).id}`)
    expect((await world.max('GET', `/changes/${id}`)).json()).toMatchObject({ state: 'failed' })
    const [asked] = await world.api.sql(
      `select actor_id from audit_entry where event = 'change.requested' order by at desc, id desc limit 1`,
    )
    expect(asked).toEqual({ actor_id: world.ids['olga'] })
  })

  test('somebody else’s becomes that of who retries it', async () => {
    expect(changeIn(await retry(await failed('olga'), world.ada))).toMatchObject({ requestedBy: 'ada' })
  })

  test('again while it is open answers that one, also at once', async () => {
    const id = await failed()
    const answers = await Promise.all([retry(id), retry(id, world.ada), retry(id, world.mia)])
    expect(statusesOf(answers)).toEqual([200, 200, 202])
    expect(new Set(answers.map((answer) => changeIn(answer).id)).size).toBe(1)
    expect((await retry(id)).status).toBe(200)
  })

  test('is not tried again when it did not fail, or when the opposite was asked for since', async () => {
    const open = changeIn(await put())
    expect(reasonOf(await retry(open.id))).toEqual([409, 'NOT_FAILED'])
    await world.api.sql('delete from change')
    const id = await failed()
    await world.api.sql(
      `insert into change (id, list_id, member_id, action, state, requested_by, via, proof_version, proof_how, ended_at)
       select gen_random_uuid(), list_id, member_id, 'unsubscribe', 'applied', member_id, 'api', '2', 'found', now() from change`,
    )
    expect(reasonOf(await retry(id))).toEqual([409, 'NEWER_REQUEST'])
  })

  test('is not tried again for who or what is gone', async () => {
    const id = await failed()
    await world.api.sql(`update member set state = 'gone', gone_at = now() where uid = 'max'`)
    expect(reasonOf(await retry(id))).toEqual([409, 'MEMBER_GONE'])
    await world.api.sql('update list set managed = false')
    expect(reasonOf(await retry(id, world.ada))).toEqual([409, 'LIST_GONE'])
    await world.api.sql(`update list set managed = true, state = 'gone', gone_at = now()`)
    expect(reasonOf(await retry(id, world.ada))).toEqual([409, 'LIST_GONE'])
  })

  test('a removal beyond the limit waits for an admin when it is tried again, too', async () => {
    const { id } = changeIn(await world.remove(world.olga, 'm9'))
    await world.api.sql(
      `update change set state = 'failed', ended_at = now(), reason_code = 'REFUSED', reason_message = 'no'`,
    )
    for (const place of [1, 2, 3, 4, 5]) await world.remove(world.olga, `m${place}`)
    expect(changeIn(await retry(id))).toMatchObject({ state: 'awaiting_approval', retryOf: id })
  })

  test('is nobody’s to retry but of who manages the list; what is none is 404', async () => {
    const id = await failed()
    expect((await retry(id, world.max)).status).toBe(403)
    for (const none of ['nonsense', '0190c1d2-0000-7000-8000-000000000000'])
      expect(reasonOf(await retry(none, world.ada))).toEqual([404, 'CHANGE_NOT_FOUND'])
  })
})
