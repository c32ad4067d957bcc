import { beforeEach, describe, expect, test } from 'vitest'
import type { ListMember, ManagedList } from '../../../domain/contracts/list.ts'
import {
  addLink,
  addList,
  addMember,
  type Caller,
  markMirrorRead,
  startTestApi,
  type TestApi,
} from '../api-server.ts'

let api: TestApi
let ids: Record<string, string>
/** An admin, the owner of `news` by the directory, the owner of `chess` by an admin's word, and a member. */
let ada: Caller
let olga: Caller
let otto: Caller
let max: Caller

beforeEach(async (t) => {
  api = await startTestApi(t)
  ids = {}
  for (const [place, uid] of ['ada', 'olga', 'otto', 'max'].entries()) {
    const { id } = await addMember(api, uid, { isAdmin: uid === 'ada', displayName: `${uid} Example` })
    ids[uid] = id
    await addLink(api, accountOf(place), id)
  }
  ada = api.as(accountOf(0))
  olga = api.as(accountOf(1))
  otto = api.as(accountOf(2))
  max = api.as(accountOf(3))
  await addList(api, 'news', { members: [ids['max'] ?? '', ids['olga'] ?? ''] })
  await addList(api, 'Chess', { hidden: true })
  await addList(api, 'admins-only')
  await addList(api, 'gone')
  await api.sql(
    `update list set owner_keys = array(select dn_key from member where uid = 'olga') where name = 'news'`,
  )
  await api.sql(`update list set managed = false where name = 'admins-only'`)
  await api.sql(`update list set state = 'gone', gone_at = now() where name = 'gone'`)
  await api.sql(
    `insert into list_owner (list_id, member_id) select id, $1 from list where name in ('Chess', 'gone')`,
    [ids['otto']],
  )
  await markMirrorRead(api)
})

const accountOf = (place: number) => `10000000000000000${place}`
const audited = (event: string) =>
  api.sql<{ actor_id: string; details: object; via: string }>(
    'select actor_id, details, via from audit_entry where event like $1 order by at, id',
    [event],
  )
type Page<Item> = { items: Item[]; nextCursor: string | null }

async function listsOf(by: Caller, query = ''): Promise<ManagedList[]> {
  const answer = await by('GET', `/admin/lists${query}`)
  expect(answer.status).toBe(200)
  return answer.json<Page<ManagedList>>().items
}
const namesOf = async (by: Caller, query = '') => (await listsOf(by, query)).map(({ name }) => name)

async function membersOf(by: Caller, query = ''): Promise<Page<ListMember>> {
  return (await by('GET', `/admin/lists/news/members${query}`)).json()
}
const owner = (method: 'PUT' | 'DELETE', uid: string, list = 'news') =>
  ada(method, `/admin/lists/${list}/owners/${encodeURIComponent(uid)}`)

describe('the lists that one may manage', () => {
  test('an owner sees their own, whoever made them one, and an admin all that are lists', async () => {
    expect(await namesOf(olga)).toEqual(['news'])
    expect(await namesOf(otto)).toEqual(['Chess'])
    expect(await namesOf(ada)).toEqual(['Chess', 'news'])
    expect((await max('GET', '/admin/lists')).json()).toMatchObject({ details: { reason: 'OWNERS_ONLY' } })
  })

  test('come with what managing needs', async () => {
    const [chess, news] = await listsOf(ada)
    expect(news).toEqual({
      name: 'news',
      displayName: 'news',
      description: '',
      join: 'open',
      source: 'ldap',
      state: 'active',
      memberCount: 2,
      owners: ['olga'],
      hidden: false,
      drift: 'adopt',
      managed: true,
    })
    expect(chess).toMatchObject({ owners: ['otto'], hidden: true, memberCount: 0 })
  })

  test('can be searched and paged', async () => {
    expect(await namesOf(ada, '?q=CHE')).toEqual(['Chess'])
    const first = (await ada('GET', '/admin/lists?limit=1')).json<Page<ManagedList>>()
    const second = (await ada('GET', `/admin/lists?limit=1&cursor=${first.nextCursor}`)).json<
      Page<ManagedList>
    >()
    expect([first, second].flatMap(({ items }) => items.map(({ name }) => name))).toEqual(['Chess', 'news'])
    expect(second.nextCursor).toBeNull()
  })

  test('an owner who is gone from the directory is none any more', async () => {
    await api.sql(`update member set state = 'gone', gone_at = now() where uid = 'otto'`)
    expect((await otto('GET', '/admin/lists')).status).toBe(403)
    expect((await listsOf(ada))[0]).toMatchObject({ name: 'Chess', owners: [] })
  })
})

describe('the settings of a list', () => {
  test('an owner sets who may join, and members feel it', async () => {
    const answer = await olga('PATCH', '/admin/lists/NEWS', { join: 'approval' })
    expect([answer.status, answer.json()]).toEqual([200, expect.objectContaining({ join: 'approval' })])
    const wish = await otto('PUT', '/user/subscriptions/news')
    expect(wish.json()).toMatchObject({ state: 'awaiting_approval' })
    await olga('PATCH', '/admin/lists/news', { join: 'closed' })
    expect((await ada('PUT', '/user/subscriptions/news')).json()).toMatchObject({
      details: { reason: 'LIST_CLOSED' },
    })
    expect(await audited('list.changed')).toEqual([
      { actor_id: ids['olga'], details: { join: 'approval' }, via: 'discord' },
      { actor_id: ids['olga'], details: { join: 'closed' }, via: 'discord' },
    ])
  })

  test('only admins set who sees it and what drift becomes', async () => {
    const refused = await olga('PATCH', '/admin/lists/news', {
      join: 'closed',
      hidden: true,
      drift: 'report',
    })
    expect([refused.status, refused.json()]).toEqual([
      403,
      expect.objectContaining({ details: { reason: 'FIELD_ADMINS_ONLY', fields: ['hidden', 'drift'] } }),
    ])
    expect((await listsOf(olga))[0]).toMatchObject({ join: 'open', hidden: false })
    const answer = await ada('PATCH', '/admin/lists/news', { hidden: true, drift: 'report' })
    expect(answer.json()).toMatchObject({ join: 'open', hidden: true, drift: 'report' })
    expect((await otto('GET', '/lists/news')).status).toBe(404)
  })

  test('an owner manages no list but their own, and learns of no other', async () => {
    for (const list of ['Chess', 'admins-only', 'nowhere', 'news%00']) {
      const answer = await olga('PATCH', `/admin/lists/${list}`, { join: 'open' })
      expect([answer.status, answer.json()]).toEqual([
        403,
        expect.objectContaining({ details: { reason: 'OWNERS_ONLY' } }),
      ])
      expect((await olga('GET', `/admin/lists/${list}/members`)).status).toBe(403)
    }
    expect(await audited('list.%')).toEqual([])
  })

  test.each([undefined, {}, { join: 'secret' }, { join: null }, { managed: 'no' }, { hidden: 'yes' }, []])(
    '%j is 400',
    async (body) => {
      expect((await ada('PATCH', '/admin/lists/news', body)).status).toBe(400)
    },
  )

  test('a list that is none is 404 for an admin', async () => {
    for (const list of ['gone', 'admins-only', 'nowhere'])
      expect((await ada('PATCH', `/admin/lists/${list}`, { join: 'open' })).status).toBe(404)
  })

  test('a list that is given up is not renamed or described with it', async () => {
    for (const more of [{ name: 'papers' }, { description: 'All that is new' }]) {
      const answer = await ada('PATCH', '/admin/lists/news', { managed: false, ...more })
      expect([answer.status, answer.json()]).toMatchObject([400, { details: { reason: 'UNMANAGED_ALONE' } }])
    }
    expect((await listsOf(ada, '?q=news')).map(({ managed }) => managed)).toEqual([true])
  })

  test('what is so already is no entry in the audit; the same call again is the same answer', async () => {
    expect((await ada('PATCH', '/admin/lists/news', { join: 'open' })).status).toBe(200)
    expect(await audited('list.changed')).toEqual([])
    const again = () => ada('PATCH', '/admin/lists/news', { join: 'closed' }, { 'idempotency-key': 'once' })
    const [first, second] = [await again(), await again()]
    expect(second.json()).toEqual(first.json())
    expect(second.headers['idempotent-replayed']).toBe('true')
    expect(await audited('list.changed')).toHaveLength(1)
  })
})

describe('when the directory could not be read for an hour', () => {
  beforeEach(async () => {
    await api.sql(`update sync_run set ended_at = now() - interval '61 minutes'`)
  })

  test('nobody acts as an admin or an owner any more, and the answer says why', async () => {
    const writes = [
      await ada('PATCH', '/admin/lists/news', { join: 'open' }),
      await olga('PATCH', '/admin/lists/news', { join: 'open' }),
      await ada('PUT', '/admin/lists/news/owners/max'),
      await ada('DELETE', '/admin/lists/news/owners/max'),
      await ada('POST', '/admin/changes/0190c1d2-0000-7000-8000-000000000000/approve'),
    ]
    for (const answer of writes) {
      expect(answer.status).toBe(503)
      expect(answer.headers['retry-after']).toBe('60')
      expect(answer.json()).toMatchObject({
        code: 'UNAVAILABLE',
        detail: expect.stringContaining('could not be read for an hour') as string,
        details: { reason: 'DIRECTORY_UNREAD' },
      })
    }
  })

  test('they still see what they manage, members go on, and one read mends it', async () => {
    expect(await namesOf(olga)).toEqual(['news'])
    expect((await max('DELETE', '/user/subscriptions/news')).status).toBe(202)
    await markMirrorRead(api)
    expect((await ada('PATCH', '/admin/lists/news', { join: 'open' })).status).toBe(200)
  })

  test('nor before it was read for the first time', async () => {
    await api.sql('delete from sync_run')
    for (const by of [ada, olga]) {
      const answer = await by('PATCH', '/admin/lists/news', { join: 'closed' })
      expect(answer.json()).toMatchObject({ status: 503, details: { reason: 'DIRECTORY_UNREAD' } })
    }
  })

  test('a read that failed, or that was only tried out, does not count', async () => {
    await api.sql(
      `insert into sync_run (id, mode, state, dry_run, ended_at) values (gen_random_uuid(), 'full', 'failed', false, now()),
         (gen_random_uuid(), 'full', 'done', true, now())`,
    )
    expect((await ada('PATCH', '/admin/lists/news', { join: 'open' })).status).toBe(503)
  })
})

describe('who is on a list', () => {
  test('is shown to its owner and to admins', async () => {
    const { items, nextCursor } = await membersOf(olga)
    expect(items).toEqual([
      { username: 'max', displayName: 'max Example', since: expect.stringMatching(/Z$/) as string },
      { username: 'olga', displayName: 'olga Example', since: expect.stringMatching(/Z$/) as string },
    ])
    expect(nextCursor).toBeNull()
    expect((await membersOf(ada)).items).toEqual(items)
    expect((await ada('GET', '/admin/lists/nowhere/members')).status).toBe(404)
    expect((await ada('GET', '/admin/lists/Chess/members')).json()).toEqual({ items: [], nextCursor: null })
  })

  test('is found by user name and by name', async () => {
    expect((await membersOf(olga, '?q=OLGA')).items).toHaveLength(1)
    expect((await membersOf(olga, '?q=example')).items).toHaveLength(2)
    expect((await membersOf(olga, '?q=%25')).items).toEqual([])
  })

  test('comes in pages without a gap or a repetition, also where two have the same user name', async () => {
    const more = await Promise.all(
      ['anna', 'Max', 'max', 'zoe'].map(async (uid) => (await addMember(api, uid)).id),
    )
    await api.sql(
      `insert into membership (list_id, member_id) select l.id, m from list l, unnest($1::uuid[]) as m where l.name = 'news'`,
      [more],
    )
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Page<ListMember> = await membersOf(olga, `?limit=1${cursor && `&cursor=${cursor}`}`)
      seen.push(...page.items.map(({ username }) => username.toLowerCase()))
      cursor = page.nextCursor
    }
    expect(seen).toEqual(['anna', 'max', 'max', 'max', 'olga', 'zoe'])
  })

  test('comes in the same order, and is found as well, where there are thousands', async () => {
    // Every third one is on no list, and each of the others shares a user name with somebody.
    await api.sql(
      `with added as (
         insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name)
         select gen_random_uuid(), n::text, '1', 'x', 'x', case n % 2 when 0 then 'P' else 'p' end || (n / 2), 'Person ' || n
         from generate_series(1, 3600) n returning id, display_name)
       insert into membership (list_id, member_id)
       select l.id, a.id from list l, added a where l.name = 'news' and substr(a.display_name, 8)::integer % 3 > 0`,
    )
    const onList = await api.sql<{ display_name: string }>(
      `select m.display_name from member m join membership s on s.member_id = m.id order by lower(m.uid), m.id`,
    )
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Page<ListMember> = await membersOf(olga, `?limit=99${cursor && `&cursor=${cursor}`}`)
      seen.push(...page.items.map(({ displayName }) => displayName))
      cursor = page.nextCursor
    }
    expect(seen).toHaveLength(2402)
    expect(seen).toEqual(onList.map((row) => row.display_name))
    const found = await membersOf(ada, '?q=person%20359')
    expect(found.items.map(({ displayName }) => displayName).toSorted()).toEqual(
      [3590, 3592, 3593, 3595, 3596, 3598, 3599, 359].map((n) => `Person ${n}`).toSorted(),
    )
  })

  test.each(['cursor=W10', `cursor=${Buffer.from('["news"]').toString('base64url')}`, 'limit=0'])(
    '%s is 400',
    async (query) => {
      expect((await olga('GET', `/admin/lists/news/members?${query}`)).status).toBe(400)
    },
  )
})

describe('owners', () => {
  test('an admin makes somebody an owner, and takes it back', async () => {
    expect((await max('GET', '/admin/lists')).status).toBe(403)
    for (const _time of [1, 2]) expect((await owner('PUT', 'MAX')).status).toBe(204)
    expect(await namesOf(max)).toEqual(['news'])
    expect((await listsOf(ada))[1]).toMatchObject({ owners: ['max', 'olga'] })
    for (const _time of [1, 2]) expect((await owner('DELETE', 'max')).status).toBe(204)
    expect((await max('GET', '/admin/lists')).status).toBe(403)
    expect(await audited('list.owner%')).toEqual([
      { actor_id: ids['ada'], details: { member: ids['max'] }, via: 'discord' },
      { actor_id: ids['ada'], details: { member: ids['max'] }, via: 'discord' },
    ])
  })

  test('an owner makes nobody an owner', async () => {
    const answer = await olga('PUT', '/admin/lists/news/owners/max')
    expect(answer.json()).toMatchObject({ details: { reason: 'ADMINS_ONLY' } })
  })

  test('whom the directory names is taken off in the directory; our own word is taken back all the same', async () => {
    await owner('PUT', 'olga')
    const answer = await owner('DELETE', 'olga')
    expect([answer.status, answer.json()]).toEqual([
      409,
      expect.objectContaining({
        detail: expect.stringContaining('The directory itself names olga as an owner of news') as string,
        details: { reason: 'OWNER_IN_DIRECTORY' },
      }),
    ])
    expect(await namesOf(olga)).toEqual(['news'])
    await api.sql(`update list set owner_keys = '{}' where name = 'news'`)
    expect((await olga('GET', '/admin/lists')).status).toBe(403)
  })

  test('who is gone from the directory can’t become an owner, and can stop being one', async () => {
    await api.sql(`update member set state = 'gone', gone_at = now() where uid = 'otto'`)
    expect((await owner('PUT', 'otto')).status).toBe(404)
    expect((await owner('DELETE', 'otto', 'chess')).status).toBe(204)
    await api.sql(`update member set state = 'present', gone_at = null where uid = 'otto'`)
    expect((await otto('GET', '/admin/lists')).status).toBe(403)
  })

  test('an unknown list or user name is 404, and a user name that two have makes neither an owner', async () => {
    for (const answer of [await owner('PUT', 'max', 'nowhere'), await owner('PUT', 'nobody')])
      expect(answer.status).toBe(404)
    expect((await owner('DELETE', 'nobody')).status).toBe(404)
    await addMember(api, 'Max')
    const answer = await owner('PUT', 'max')
    expect([answer.status, answer.json()]).toEqual([
      409,
      expect.objectContaining({ details: { reason: 'USERNAME_SHARED' } }),
    ])
    expect(await api.sql('select 1 from list_owner')).toHaveLength(2)
  })
})
