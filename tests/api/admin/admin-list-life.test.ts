import { beforeEach, describe, expect, test } from 'vitest'
import type { ManagedList } from '../../../domain/contracts/list.ts'
import { statusesOf } from '../api-server.ts'
import { listenTo } from '../listen-to.ts'
import { changeIn, type Managed, manage, reasonOf } from './managing.ts'

let world: Managed
beforeEach(async (t) => {
  world = await manage(t, 3)
})

type Row = {
  name: string
  state: string
  entry_uuid: string | null
  due: boolean
  wanted_name: string | null
  wanted_description: string | null
}
const rowOf = async (name: string) => {
  const [row] = await world.api.sql<Row>(
    `select name, state, entry_uuid, entry_due_at is not null as due, wanted_name, wanted_description
     from list where lower(name) = lower($1) order by created_at desc`,
    [name],
  )
  return row
}
const create = (body: object, by = world.ada, headers = {}) => by('POST', '/admin/lists', body, headers)
const patch = (name: string, body: object, by = world.ada) => by('PATCH', `/admin/lists/${name}`, body)
const namesOf = async (query = '', by = world.ada) =>
  (await by('GET', `/admin/lists${query}`)).json<{ items: ManagedList[] }>().items.map(({ name }) => name)

describe('creating a list', () => {
  test('answers with the list, creating, and has a worker make its entry', async (t) => {
    const heard = await listenTo(world.api, ['change_queued'], t)
    const answer = await create({ name: 'Chess', description: 'Who plays' })
    expect([answer.status, answer.headers['location']]).toEqual([202, '/api/v1/lists/Chess'])
    expect(answer.json()).toEqual({
      name: 'Chess',
      displayName: 'Chess',
      description: 'Who plays',
      join: 'closed',
      source: 'ldap',
      state: 'creating',
      memberCount: 0,
      owners: [],
      hidden: false,
      drift: 'adopt',
      managed: true,
    })
    expect(await rowOf('chess')).toMatchObject({ state: 'creating', entry_uuid: null, due: true })
    await expect.poll(() => heard).toHaveLength(1)
    expect((await world.max('GET', '/lists/chess')).json()).toMatchObject({ state: 'creating' })
  })

  test('with who may join it and who sees it, if that is said', async () => {
    expect((await create({ name: 'quiet', join: 'open', hidden: true })).json()).toMatchObject({
      join: 'open',
      hidden: true,
    })
    expect((await world.max('GET', '/lists/quiet')).status).toBe(404)
  })

  test('changes for it are taken in and wait behind it', async () => {
    await create({ name: 'chess', join: 'open' })
    const own = await world.max('PUT', '/user/subscriptions/chess')
    const put = await world.ada('PUT', '/admin/lists/chess/members/m1')
    expect([changeIn(own).state, changeIn(put).state]).toEqual(['queued', 'queued'])
    expect((await world.ada('DELETE', '/admin/lists/chess/members/m2')).status).toBe(200)
  })

  test('under a name that another has, whatever the case, is 409, also of what is not managed', async () => {
    expect(reasonOf(await create({ name: 'BIG' }))).toEqual([409, 'LIST_NAME_TAKEN'])
    await patch('big', { managed: false })
    expect(reasonOf(await create({ name: 'big' }))).toEqual([409, 'LIST_NAME_TAKEN'])
  })

  test('of two at once one is made', async () => {
    const answers = await Promise.all([create({ name: 'chess' }), create({ name: 'CHESS' }, world.mia)])
    expect(statusesOf(answers)).toEqual([202, 409])
    expect(await world.api.sql(`select 1 from list where lower(name) = 'chess'`)).toHaveLength(1)
  })

  test('by the same Idempotency-Key is one list', async () => {
    const once = { 'idempotency-key': 'once' }
    const answers = await Promise.all([
      create({ name: 'chess' }, world.ada, once),
      create({ name: 'chess' }, world.ada, once),
    ])
    expect(statusesOf(answers)).toEqual([202, 202])
  })

  test.each([
    {},
    { name: '' },
    { name: '-a' },
    { name: 'a b' },
    { name: 'a'.repeat(65) },
    { name: 'a,cn=b' },
    { name: 'ok', description: 'a\nb' },
    { name: 'ok', join: 'maybe' },
    { name: 'ok', owner: 'max' },
  ])('%j is 400', async (body) => {
    expect((await create(body)).status).toBe(400)
  })

  test('is for admins, and waits for the first read of the directory', async () => {
    expect(reasonOf(await create({ name: 'mine' }, world.olga))).toEqual([403, 'ADMINS_ONLY'])
    await world.api.sql('delete from sync_run')
    expect((await create({ name: 'mine' })).status).toBe(503)
  })
})

describe('while workers only observe', () => {
  beforeEach(() => world.api.sql('update installation set worker_seen_at = now(), writer_seen_at = null'))

  test('who may manage a list is told what would be written about its entry', async () => {
    expect((await create({ name: 'chess' })).json()).toMatchObject({ wouldWrite: '' })
    await world.api.sql(
      `update list set entry_problem = 'WRITES=off', entry_would_write = 'dn: cn=chess' where name = 'chess'`,
    )
    expect((await world.ada('GET', '/lists/chess')).json()).toMatchObject({ wouldWrite: 'dn: cn=chess' })
    expect((await world.ada('GET', '/admin/lists/chess/members')).status).toBe(200)
    expect((await world.max('GET', '/lists/chess')).json()).not.toHaveProperty('wouldWrite')
    expect((await patch('big', { join: 'open' })).json()).not.toHaveProperty('wouldWrite')
    expect((await patch('big', { description: 'Everybody' })).json()).toMatchObject({ wouldWrite: '' })
  })

  test('a deletion does not show what was to be written before', async () => {
    await create({ name: 'chess' })
    const shown = `set entry_problem = 'WRITES=off', entry_would_write = 'dn: cn=chess' where name =`
    await world.api.sql(`update list ${shown} 'chess'`)
    expect((await world.ada('DELETE', '/admin/lists/chess')).json()).not.toHaveProperty('wouldWrite')
    await patch('big', { description: 'Everybody' })
    await world.api.sql(`update list ${shown} 'big'`)
    expect((await world.ada('DELETE', '/admin/lists/big')).json()).toMatchObject({ wouldWrite: '' })
  })
})

describe('a new name or description', () => {
  test('is shown at once, and a worker writes it; the old name is no list any more', async () => {
    const answer = await patch('big', { name: 'large', description: 'Everybody' })
    expect([answer.status, answer.json()]).toEqual([
      200,
      expect.objectContaining({
        name: 'large',
        displayName: 'large',
        description: 'Everybody',
        state: 'active',
      }),
    ])
    expect(await rowOf('large')).toMatchObject({
      due: true,
      wanted_name: 'large',
      wanted_description: 'Everybody',
    })
    expect((await world.max('GET', '/lists/big')).status).toBe(404)
    expect((await world.max('PUT', '/user/subscriptions/big')).status).toBe(404)
    expect((await world.max('PUT', '/user/subscriptions/LARGE')).status).toBe(202)
    expect((await patch('big', { join: 'open' })).status).toBe(404)
  })

  test('has all its tries, however often the directory refused the one before', async () => {
    await world.api.sql(
      `update list set wanted_name = 'refused', entry_due_at = now() + interval '1 hour', entry_attempts = 9,
         entry_refusals = 4, entry_problem = 'no'`,
    )
    expect((await patch('big', { name: 'large' })).status).toBe(200)
    expect(
      await world.api.sql(
        'select entry_attempts, entry_refusals, entry_problem, entry_due_at <= now() as is_due from list',
      ),
    ).toEqual([{ entry_attempts: 0, entry_refusals: 0, entry_problem: null, is_due: true }])
  })

  test('of another list is 409; of its own in another case is not', async () => {
    await create({ name: 'chess' })
    expect(reasonOf(await patch('big', { name: 'CHESS' }))).toEqual([409, 'LIST_NAME_TAKEN'])
    expect(await rowOf('big')).toMatchObject({ name: 'big', due: false, wanted_name: null })
    expect((await patch('big', { name: 'Big' })).json()).toMatchObject({ name: 'Big' })
  })

  test('that two lists want at once is one’s', async () => {
    await world.api.sql(
      `insert into list (id, entry_uuid, dn, name, display_name, join_policy, lane)
       values (gen_random_uuid(), 'x', 'cn=other', 'other', 'other', 'open', 0)`,
    )
    const answers = await Promise.all([
      patch('big', { name: 'same' }),
      patch('other', { name: 'SAME' }, world.mia),
      create({ name: 'Same' }),
    ])
    expect(answers.map(({ status }) => status).filter((status) => status < 300)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(2)
  })

  test('a description that the class does not hold stays here', async () => {
    world.api.context.settings.listsHoldDescription = false
    expect((await patch('big', { description: 'Ours' })).json()).toMatchObject({ description: 'Ours' })
    expect(await rowOf('big')).toMatchObject({ due: false, wanted_description: null })
  })

  test('an owner describes their list, and does not rename it', async () => {
    expect((await patch('big', { description: 'Mine' }, world.olga)).status).toBe(200)
    for (const body of [{ name: 'mine' }, { managed: false }])
      expect(reasonOf(await patch('big', body, world.olga))).toEqual([403, 'FIELD_ADMINS_ONLY'])
  })

  test('waits until the list is made', async () => {
    await create({ name: 'chess' })
    for (const body of [{ name: 'go' }, { description: 'x' }, { managed: false }])
      expect(reasonOf(await patch('chess', body))).toEqual([409, 'LIST_CREATING'])
    expect((await patch('chess', { join: 'open' })).json()).toMatchObject({ join: 'open' })
  })

  test('is in the audit without its words; what is so already is not', async () => {
    await patch('big', { name: 'large', description: 'Secret', join: 'closed' })
    await patch('large', { name: 'large', description: 'Secret', join: 'closed', managed: true })
    expect(await world.api.sql(`select details from audit_entry where event = 'list.changed'`)).toEqual([
      { details: { join: 'closed', renamed: true, described: true } },
    ])
  })
})

describe('a list that is not managed any more', () => {
  test('is seen by nobody, and what waits for it is cancelled', async () => {
    const { id } = changeIn(await world.max('PUT', '/user/subscriptions/big'))
    expect((await world.olga('GET', `/changes/${id}`)).status).toBe(200)
    expect((await patch('big', { managed: false })).json()).toMatchObject({ name: 'big', managed: false })
    expect((await world.max('GET', `/changes/${id}`)).json()).toMatchObject({
      state: 'cancelled',
      reason: { code: 'LIST_UNMANAGED' },
    })
    expect((await world.as('m1')('GET', '/lists/big')).status).toBe(404)
    expect(await namesOf()).toEqual([])
    expect((await world.olga('GET', '/admin/lists')).status).toBe(403)
    expect((await world.olga('GET', `/changes/${id}`)).status).toBe(404)
    for (const answer of [
      await patch('big', { join: 'open' }),
      await world.ada('DELETE', '/admin/lists/big'),
      await world.ada('PUT', '/admin/lists/big/members/max'),
    ])
      expect(reasonOf(answer)).toEqual([404, 'LIST_NOT_FOUND'])
  })

  test('is found and taken back by an admin, as it was', async () => {
    await patch('big', { join: 'approval', hidden: true })
    await patch('big', { managed: false })
    expect(await namesOf('?managed=false')).toEqual(['big'])
    expect((await patch('BIG', { managed: true })).json()).toMatchObject({
      managed: true,
      join: 'approval',
      hidden: true,
      owners: ['olga'],
      memberCount: 3,
    })
    expect([await namesOf(), await namesOf('?managed=false')]).toEqual([['big'], []])
  })

  test('an owner sees none of those', async () => {
    await create({ name: 'chess' })
    await world.api.sql(
      `insert into list_owner (list_id, member_id) select id, $1 from list where name = 'chess'`,
      [world.ids['olga']],
    )
    await patch('big', { managed: false })
    expect(await namesOf('?managed=false', world.olga)).toEqual([])
    expect((await patch('big', { managed: true }, world.olga)).status).toBe(403)
  })

  test('leaves nothing waiting that is asked for at that moment', async () => {
    await Promise.all([
      patch('big', { managed: false }),
      world.max('PUT', '/user/subscriptions/big'),
      world.as('m1')('DELETE', '/user/subscriptions/big'),
      world.ada('DELETE', '/admin/lists/big/members/m2'),
    ])
    expect(await world.api.sql('select state from change where ended_at is null')).toEqual([])
  })
})

describe('deleting a list', () => {
  test('answers with the list, deleting; a worker deletes the entry, and nothing new is taken in', async (t) => {
    const heard = await listenTo(world.api, ['change_queued'], t)
    const open = changeIn(await world.max('PUT', '/user/subscriptions/big'))
    const answer = await world.ada('DELETE', '/admin/lists/BIG')
    expect([answer.status, answer.headers['location'], answer.json()]).toEqual([
      202,
      '/api/v1/lists/big',
      expect.objectContaining({ name: 'big', state: 'deleting', memberCount: 3 }),
    ])
    expect(await rowOf('big')).toMatchObject({ state: 'deleting', due: true })
    await expect.poll(() => heard).toHaveLength(2)
    // What was asked before is ended by the worker; what is asked now is refused.
    expect((await world.max('GET', `/changes/${open.id}`)).json()).toMatchObject({ state: 'queued' })
    for (const refused of [
      await world.as('m1')('DELETE', '/user/subscriptions/big'),
      await world.ada('PUT', '/admin/lists/big/members/olga'),
      await patch('big', { join: 'open' }),
    ])
      expect(reasonOf(refused)).toEqual([409, 'LIST_DELETING'])
    expect((await world.ada('DELETE', '/admin/lists/big')).status).toBe(202)
    expect(
      await world.api.sql(`select 1 from audit_entry where event = 'list.deletion_requested'`),
    ).toHaveLength(1)
  })

  test('that was not made yet: it is gone at once, and so is what waited for it', async () => {
    await create({ name: 'chess', join: 'open' })
    const { id } = changeIn(await world.max('PUT', '/user/subscriptions/chess'))
    expect((await world.ada('DELETE', '/admin/lists/chess')).status).toBe(202)
    expect((await world.max('GET', `/changes/${id}`)).json()).toMatchObject({
      state: 'failed',
      reason: { code: 'LIST_GONE' },
    })
    expect((await world.ada('DELETE', '/admin/lists/chess')).status).toBe(404)
    expect((await create({ name: 'chess' })).status).toBe(202)
  })

  test('that a worker has tried to make is looked for first: the directory may have it', async () => {
    await create({ name: 'chess' })
    await world.api.sql(`update list set entry_problem = 'timed out' where name = 'chess'`)
    expect((await world.ada('DELETE', '/admin/lists/chess')).status).toBe(202)
    expect(await rowOf('chess')).toMatchObject({ state: 'deleting', entry_uuid: null, due: true })
  })

  test('that is being made this moment is 409', async () => {
    await create({ name: 'chess' })
    await world.api.sql(
      `update list set lease_token = gen_random_uuid(), lease_until = now() + interval '30 s' where name = 'chess'`,
    )
    expect(reasonOf(await world.ada('DELETE', '/admin/lists/chess'))).toEqual([409, 'LIST_CREATING'])
  })

  test('is for admins; no list is 404', async () => {
    expect(reasonOf(await world.olga('DELETE', '/admin/lists/big'))).toEqual([403, 'ADMINS_ONLY'])
    expect(reasonOf(await world.ada('DELETE', '/admin/lists/none'))).toEqual([404, 'LIST_NOT_FOUND'])
  })
})
