import { beforeEach, describe, expect, test } from 'vitest'
import type { Change } from '../../../domain/contracts/change.ts'
import { tellMembers } from '../../../domain/store/changes/tell-members.ts'
import { wordNews } from '../../../texts/news.ts'
import {
  addLink,
  addList,
  addMember,
  type Caller,
  endChange,
  markMirrorRead,
  startTestApi,
  statusesOf,
  type TestApi,
} from '../api-server.ts'
import { listenTo } from '../listen-to.ts'

type Page = { items: Change[]; nextCursor: string | null }

let api: TestApi
let ids: Record<string, string>
/** An admin, the owners of `news` and of `chess`, and a member. */
let ada: Caller
let olga: Caller
let otto: Caller
let max: Caller

const accountOf = (place: number) => `10000000000000000${place}`

beforeEach(async (t) => {
  api = await startTestApi(t)
  ids = {}
  for (const [place, uid] of ['ada', 'olga', 'otto', 'max'].entries()) {
    const { id } = await addMember(api, uid, { isAdmin: uid === 'ada' })
    ids[uid] = id
    await addLink(api, accountOf(place), id)
  }
  ada = api.as(accountOf(0))
  olga = api.as(accountOf(1))
  otto = api.as(accountOf(2))
  max = api.as(accountOf(3))
  await addList(api, 'news', { join: 'approval' })
  await addList(api, 'chess', { join: 'approval' })
  await api.sql(
    `insert into list_owner (list_id, member_id) select l.id, m.id from list l, member m
     where (l.name, m.uid) in (('news', 'olga'), ('chess', 'otto'))`,
  )
  await markMirrorRead(api)
})

async function asks(by: Caller, list = 'news'): Promise<Change & { id: string }> {
  const answer = await by('PUT', `/user/subscriptions/${list}`)
  expect(answer.status).toBe(202)
  return answer.json()
}
const listed = async (by: Caller, query = '') => {
  const answer = await by('GET', `/admin/changes${query}`)
  expect(answer.status).toBe(200)
  return answer.json<Page>()
}
/** Of all pages, of two changes each. */
const idsOf = async (by: Caller, query: string) => {
  const seen: (string | null)[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Page = await listed(by, `${query}&limit=2${cursor && `&cursor=${cursor}`}`)
    seen.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
  }
  return seen
}
const decide = (by: Caller, id: string, decision: 'approve' | 'deny', body?: object) =>
  by('POST', `/admin/changes/${id}/${decision}`, body)

describe('the changes that one may decide on', () => {
  test('are those of one’s own lists, newest first; an admin sees all', async () => {
    const [first, second] = [await asks(max, 'news'), await asks(max, 'chess')]
    expect((await listed(ada)).items).toEqual([second, first])
    expect((await listed(olga)).items).toEqual([first])
    expect((await listed(otto)).items).toEqual([second])
    expect((await max('GET', '/admin/changes')).status).toBe(403)
  })

  test('can be narrowed to a state and a list', async () => {
    const [first, second] = [await asks(max, 'news'), await asks(max, 'chess')]
    await max('POST', `/changes/${first.id}/cancel`)
    expect((await listed(ada, '?state=awaiting_approval')).items).toEqual([second])
    expect((await listed(ada, '?state=cancelled')).items.map(({ id }) => id)).toEqual([first.id])
    expect((await listed(ada, '?list=NEWS')).items.map(({ id }) => id)).toEqual([first.id])
    expect((await listed(ada, '?list=NEWS&state=queued')).items).toEqual([])
    // Not theirs to see, so as if there were none.
    expect((await listed(olga, '?list=chess')).items).toEqual([])
  })

  test('come in pages without a gap or a repetition', async () => {
    const asked: string[] = []
    for (const by of [max, olga, otto, ada]) asked.push((await asks(by)).id)
    const seen: (string | null)[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Page = await listed(olga, `?limit=3${cursor && `&cursor=${cursor}`}`)
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    }
    expect(seen).toEqual(asked.toReversed())
  })

  test('come in that order too where some have ended, of whatever lists and states', async () => {
    const asked: string[] = []
    for (const by of [max, olga, otto, ada])
      for (const list of ['news', 'chess']) asked.push((await asks(by, list)).id)
    const [applied = '', cancelled = '', failed = ''] = [asked[0], asked[3], asked[4]]
    await endChange(api, applied)
    await decide(ada, cancelled, 'deny')
    await api.sql(
      `update change set state = 'failed', reason_code = 'X', reason_message = 'X', ended_at = now() where id = $1`,
      [failed],
    )
    const [ofNews, ofChess] = [0, 1].map((list) => asked.filter((_id, at) => at % 2 === list).toReversed())
    expect(await idsOf(ada, '?')).toEqual(asked.toReversed())
    expect(await idsOf(ada, '?list=news')).toEqual(ofNews)
    expect(await idsOf(olga, '?')).toEqual(ofNews)
    expect(await idsOf(otto, '?list=Chess')).toEqual(ofChess)
    expect(await idsOf(ada, '?state=failed')).toEqual([failed])
    expect(await idsOf(olga, '?state=failed')).toEqual([failed])
    expect(await idsOf(otto, '?state=failed')).toEqual([])
    expect(await idsOf(ada, '?state=applied&list=news')).toEqual([applied])
    expect(await idsOf(otto, '?state=cancelled')).toEqual([cancelled])
  })

  test.each(['state=waiting', 'list=', 'limit=0', `cursor=${Buffer.from('["news"]').toString('base64url')}`])(
    '%s is 400',
    async (query) => {
      expect((await ada('GET', `/admin/changes?${query}`)).status).toBe(400)
    },
  )
})

describe('approving', () => {
  test('hands the change to the workers', async (t) => {
    const { id } = await asks(max)
    const heard = await listenTo(api, ['change_queued'], t)
    const answer = await decide(olga, id, 'approve')
    expect([answer.status, answer.json()]).toEqual([
      200,
      expect.objectContaining({ id, state: 'queued', requestedBy: 'max' }),
    ])
    await expect.poll(() => heard).toEqual(['change_queued 0'])
    // How long it waited for a person is not how long the workers let it wait.
    const [due] = await api.sql(
      'select due_at > created_at as late, wanted_since > created_at as wanted_later from change',
    )
    expect(due).toEqual({ late: true, wanted_later: true })
    expect((await max('GET', '/user/subscriptions')).json()).toMatchObject({
      items: [{ list: 'chess' }, { list: 'news', pending: { state: 'queued' } }],
    })
    expect(
      await api.sql(`select actor_id, outcome from audit_entry where event = 'change.approved'`),
    ).toEqual([{ actor_id: ids['olga'], outcome: 'approved' }])
  })

  test('an owner may approve what they asked for themselves', async () => {
    const { id } = await asks(olga)
    expect((await decide(olga, id, 'approve')).json()).toMatchObject({ state: 'queued' })
  })

  test('the same call again is the same answer', async () => {
    const { id } = await asks(max)
    const again = () => olga('POST', `/admin/changes/${id}/approve`, undefined, { 'idempotency-key': 'once' })
    const [first, second] = [await again(), await again()]
    expect([second.status, second.json()]).toEqual([200, first.json()])
    expect((await decide(olga, id, 'approve')).status).toBe(409)
  })
})

describe('denying', () => {
  test('ends the change, and tells who waits for it', async (t) => {
    const { id } = await asks(max)
    const heard = await listenTo(api, ['change_ended'], t)
    const waiting = max('GET', `/changes/${id}?wait=25`)
    const answer = await decide(olga, id, 'deny', { reason: 'Only for the board 🙂' })
    const denied = { state: 'cancelled', reason: { code: 'DENIED', message: 'Only for the board 🙂' } }
    expect([answer.status, answer.json()]).toEqual([200, expect.objectContaining(denied)])
    expect((await waiting).json()).toMatchObject(denied)
    await expect.poll(() => heard).toEqual([`change_ended ${id}`])
    // What a person wrote stays out of the audit.
    const audit = await api.sql(`select * from audit_entry where event = 'change.denied'`)
    expect(audit).toHaveLength(1)
    expect(JSON.stringify(audit)).not.toContain('board')
    expect((await asks(max)).id).not.toBe(id)
  })

  test('needs no reason and no body', async () => {
    for (const body of [undefined, {}]) {
      const answer = await decide(olga, (await asks(max)).id, 'deny', body)
      expect(answer.json()).toMatchObject({ reason: { code: 'DENIED', message: 'It was not approved.' } })
    }
  })

  test.each([{ reason: '' }, { reason: ' ' }, { reason: 'x'.repeat(201) }, { reason: 7 }, { why: 'so' }, []])(
    '%j is 400',
    async (body) => {
      expect((await decide(olga, (await asks(max)).id, 'deny', body)).status).toBe(400)
    },
  )

  test('a member who does not look any more is told by direct message, with the reason', async () => {
    await decide(olga, (await asks(max)).id, 'deny', { reason: 'Ask *again* in May' })
    await decide(otto, (await asks(max, 'chess')).id, 'deny')
    expect(await tellMembers(api.context.db, wordNews)).toBe(0)
    await api.sql(`update change set ended_at = ended_at - interval '2 minutes' where state = 'cancelled'`)
    expect(await tellMembers(api.context.db, wordNews)).toBe(1)
    const told = await api.sql<{ destination_id: string; body: { content: string } }>(
      'select destination_id, body from notice',
    )
    expect(told).toMatchObject([{ destination_id: accountOf(3) }])
    expect(told[0]?.body.content.split('\n')).toEqual([
      '📬 **News about your lists**',
      '🚫 Your request to join **news** was not approved. If you think that’s a mistake, ask its owners or your admins.',
      '-# The reason given: Ask \\*again\\* in May',
      '🚫 Your request to join **chess** was not approved. If you think that’s a mistake, ask its owners or your admins.',
      '-# To hear less of this: `/notify`',
    ])
  })
})

describe.each(['approve', 'deny'] as const)('what can’t be decided (%s)', (decision) => {
  test('is what does not wait for approval', async () => {
    const { id } = await asks(max)
    await decide(ada, id, 'approve')
    for (const state of ['queued', 'applying', 'applied']) {
      if (state === 'applying') await api.sql(`update change set state = 'applying'`)
      if (state === 'applied') await endChange(api, id)
      const answer = await decide(ada, id, decision)
      expect([answer.status, answer.json()]).toEqual([
        409,
        expect.objectContaining({ code: 'CONFLICT', details: { reason: 'NOT_AWAITING_APPROVAL', state } }),
      ])
    }
  })

  test('is what the member has taken back, or said anew', async () => {
    const cancelled = await asks(max)
    await max('POST', `/changes/${cancelled.id}/cancel`)
    const superseded = await asks(max)
    await max('DELETE', '/user/subscriptions/news')
    for (const { id } of [cancelled, superseded]) expect((await decide(ada, id, decision)).status).toBe(409)
    expect((await max('GET', `/changes/${superseded.id}`)).json()).toMatchObject({ state: 'superseded' })
  })

  test('is what is about a list of somebody else', async () => {
    const { id } = await asks(max)
    for (const by of [otto, max]) expect((await decide(by, id, decision)).status).toBe(403)
    expect((await max('GET', `/changes/${id}`)).json()).toMatchObject({ state: 'awaiting_approval' })
  })

  test.each(['nonsense', '0190c1d2-0000-7000-8000-000000000000'])('is %s', async (id) => {
    expect((await decide(ada, id, decision)).status).toBe(404)
    expect((await decide(olga, id, decision)).status).toBe(403)
  })
})

test('of two who decide at once one does, and the other is told', async () => {
  for (const _round of [1, 2, 3]) {
    const { id } = await asks(max)
    const answers = await Promise.all([decide(olga, id, 'approve'), decide(ada, id, 'deny')])
    expect(statusesOf(answers)).toEqual([200, 409])
    await api.sql(`update change set state = 'cancelled', ended_at = now() where ended_at is null`)
  }
})
