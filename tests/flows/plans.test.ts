import pg from 'pg'
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { addLink, type Answer, startTestApi, type TestApi } from '../api/api-server.ts'
import { runSql } from '../_support/servers.ts'
import { createWorld, type World } from '../_support/world.ts'

const account = '100000000000000001'
const adminAccount = '100000000000000002'
/** What grows with the guild and with the years: nobody waits until all of it was looked at. */
const large = new Set(['member', 'membership', 'change', 'audit_entry', 'notice'])

let api: TestApi
let world: World

/** The API and a worker over 20,000 members with a past. */
beforeAll(async () => {
  api = await startTestApi()
  world = await createWorld({ databaseUrl: api.databaseUrl })
  await world.worker({ followsDirectory: false }, { SYNC_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600' })
  await world.mirrored()
  await addLink(api, account, await world.memberId('alice'))
  await addLink(api, adminAccount, await world.memberId('ada'))
  await fill(api)
})

async function fill({ databaseUrl }: TestApi): Promise<void> {
  await runSql(
    databaseUrl,
    `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name, mails, mail_keys, placed)
       select gen_random_uuid(), 'p' || n, '1', 'uid=p' || n, 'uid=p' || n, 'p' || n, 'Person ' || n,
         array['p' || n || '@example.org'], array['p' || n || '@example.org'], true from generate_series(1, 20000) n;
     insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane)
       select gen_random_uuid(), 'l' || n, '1', 'cn=l' || n, 'l' || n, 'List ' || n, 'open', n % 16 from generate_series(1, 200) n;
     create temporary table pair as
       select distinct l.id as list_id, m.id as member_id from generate_series(1, 20000) n cross join generate_series(1, 2) k
       join list l on l.name = 'l' || (n * k % 200 + 1) join member m on m.uid = 'p' || n;
     insert into membership (list_id, member_id) select list_id, member_id from pair;
     insert into change (id, list_id, member_id, action, state, requested_by, via, proof_version, proof_how, created_at, ended_at, told_at)
       select gen_random_uuid(), list_id, member_id, 'subscribe', 'applied', member_id, 'discord', '1', 'modified',
         now() - interval '90 days' * random(), now() - interval '1 day', now() from pair limit 10000;
     insert into audit_entry (id, actor_kind, actor_id, event, subject_kind, subject_id, via, outcome, at)
       select gen_random_uuid(), 'member', member_id::text, 'change.applied', 'change', id::text, 'discord', 'applied', created_at
       from change;
     delete from audit_unsealed;
     insert into notice (id, kind, destination_kind, destination_id, body, state, ended_at)
       select gen_random_uuid(), 'told', 'member', id::text, '{}', 'sent', now() - interval '1 day' from member limit 10000;`,
  )
  await runSql(databaseUrl, 'vacuum analyze')
}

/** Every statement that runs from now on, as it is prepared. */
function statements(): ReadonlySet<string> {
  const seen = new Set<string>()
  // eslint-disable-next-line typescript/unbound-method
  const { query } = pg.Client.prototype as { query: (...args: unknown[]) => unknown }
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: unknown, ...args) {
    const [asked] = args as unknown[]
    const text = typeof asked === 'string' ? asked : (asked as { text?: string }).text
    if (text !== undefined) seen.add(text)
    return query.apply(this, args) as void
  })
  onTestFinished(() => spy.mockRestore())
  return seen
}

const key = (name: string) => ({ 'idempotency-key': `plans-${name}` })

async function ok(answer: Promise<Answer>): Promise<{ id: string }> {
  const { status, text, json } = await answer
  if (status >= 300) throw new Error(`${status}: ${text}`)
  return text === '' ? { id: '' } : json<{ id: string }>()
}

type Plan = { 'Node Type': string; 'Relation Name'?: string; Plans?: Plan[] }

/** The large tables that this plan reads from one end to the other. */
const readWhole = (plan: Plan): string[] => [
  ...(plan['Node Type'] === 'Seq Scan' && large.has(plan['Relation Name'] ?? '')
    ? [plan['Relation Name'] ?? '']
    : []),
  ...(plan.Plans ?? []).flatMap(readWhole),
]

it('nothing that a member or an admin waits for reads a large table from one end to the other', async () => {
  const [alice, ada] = [api.as(account), api.as(adminAccount)]
  const seen = statements()
  for (const path of [
    '/auth/me',
    '/lists',
    '/lists/news',
    '/lists?q=l1',
    '/user/subscriptions',
    '/user/notifications',
  ])
    await ok(alice('GET', path))
  const joined = await ok(alice('PUT', '/user/subscriptions/news', undefined, key('one')))
  await world.ended(joined.id)
  await ok(alice('GET', `/changes/${joined.id}?wait=1`))
  await ok(alice('POST', `/changes/${joined.id}/told`))
  await world.ended((await ok(alice('DELETE', '/user/subscriptions/news', undefined, key('two')))).id)
  await ok(alice('PATCH', '/user/subscriptions', { subscriptions: { choir: true, hiking: true } }))
  for (const path of [
    '/admin/lists',
    '/admin/lists/l1/members',
    '/admin/lists/l1/members?q=p1',
    '/admin/changes',
    '/admin/changes?state=failed',
    '/admin/incidents',
    '/admin/holds',
    '/admin/audit',
    '/admin/outbox',
  ])
    await ok(ada('GET', path))
  await world.ended((await ok(ada('PUT', '/admin/lists/news/members/bob'))).id)

  const scans: Record<string, string[]> = {}
  for (const text of seen) {
    if (!/^\s*(select|insert|update|delete|with)\b/i.test(text)) continue
    const [found] = await api.sql<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `explain (generic_plan, format json) ${text}`,
    )
    const whole = found ? readWhole(found['QUERY PLAN'][0].Plan) : ['no plan']
    if (whole.length > 0) scans[text] = whole
  }
  // It has heard the API, and the worker that applied what was asked for.
  expect([...seen].join('\n')).toMatch(/lease_until[^]*idempotency_record|idempotency_record[^]*lease_until/)
  expect(scans).toEqual({})
})
