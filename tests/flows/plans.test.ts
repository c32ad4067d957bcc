import { beforeAll, expect, it } from 'vitest'
import { prune } from '../../domain/store/installation/prune.ts'
import { readHealth } from '../../domain/store/installation/read-health.ts'
import { leaseDueList } from '../../domain/store/apply/lease-list.ts'
import { rows } from '../../domain/store/database.ts'
import { readListMembers } from '../../domain/store/lists/read-list-members.ts'
import { readKnownMessages } from '../../domain/store/outbox/read-known-messages.ts'
import { readLoad } from '../../domain/store/installation/read-load.ts'
import { failAbandonedRuns, takeQueuedRun } from '../../domain/store/mirror/sync-runs.ts'
import { writeAdmins } from '../../domain/store/members/write-admins.ts'
import { sweep } from '../../worker/jobs/sweep.ts'
import { unlinkGone } from '../../worker/links/unlink-gone.ts'
import type { Worker } from '../../worker/start-worker.ts'
import { endForgotten } from '../../worker/watch/end-forgotten.ts'
import { lookAround } from '../../worker/watch/look-around.ts'
import { addLink, type Answer, startTestApi, type TestApi } from '../api/api-server.ts'
import { runSql } from '../_support/servers.ts'
import { statements } from '../_support/statements.ts'
import { createWorld, type World } from '../_support/world.ts'

const account = '100000000000000001'
const adminAccount = '100000000000000002'
/** What grows with the guild and with the years: nobody waits until all of it was looked at. */
const large = new Set(['member', 'membership', 'change', 'audit_entry', 'notice', 'mail'])
/** Of these a request reads the newest; what runs again and again without anybody waiting for it looks for the few that are not over. */
const largeWithReads = new Set([...large, 'sync_run', 'incident'])

let api: TestApi
let world: World
let worker: Worker

/** The API and a worker over 20,000 members with a past. */
beforeAll(async () => {
  api = await startTestApi()
  world = await createWorld({ databaseUrl: api.databaseUrl })
  worker = await world.worker(
    { followsDirectory: false },
    { SYNC_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600' },
  )
  await world.mirrored()
  await addLink(api, account, await world.memberId('alice'))
  await addLink(api, adminAccount, await world.memberId('ada'))
  await fill(api)
})

async function fill({ databaseUrl }: TestApi): Promise<void> {
  await runSql(
    databaseUrl,
    `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name, mails, mail_keys, gid_number, placed, state, gone_at)
       select gen_random_uuid(), 'p' || n, '1', 'uid=p' || n, 'uid=p' || n, 'p' || n, 'Person ' || n,
         array['p' || n || '@example.org'], array['p' || n || '@example.org'], 5000 + n % 20, true,
         case when n > 3 then 'present' else 'gone' end, case when n <= 3 then now() end from generate_series(1, 20000) n;
     insert into discord_link (id, discord_user_id, member_id)
       select gen_random_uuid(), (200000000000000000 + row_number() over ())::text, id from member where uid like 'p%' and display_name like 'Person%';
     insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane)
       select gen_random_uuid(), 'l' || n, '1', 'cn=l' || n, 'l' || n, 'List ' || n, 'open', n % 16 from generate_series(1, 200) n;
     create temporary table pair as
       select distinct l.id as list_id, m.id as member_id from generate_series(1, 20000) n cross join generate_series(1, 2) k
       join list l on l.name = 'l' || (n * k % 200 + 1) join member m on m.uid = 'p' || n;
     insert into membership (list_id, member_id) select list_id, member_id from pair;
     with small as (
       insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane)
       select gen_random_uuid(), 's' || n, '1', 'cn=s' || n, 's' || n, 'Small ' || n, 'open', n % 16 from generate_series(1, 2000) n
       returning id, name)
     insert into membership (list_id, member_id) select s.id, m.id from small s join member m on m.uid = replace(s.name, 's', 'p');
     insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane)
       values (gen_random_uuid(), 'everybody', '1', 'cn=everybody', 'everybody', 'Everybody', 'open', 0);
     insert into membership (list_id, member_id) select l.id, m.id from list l join member m on m.uid like 'p%' where l.name = 'everybody';
     insert into change (id, list_id, member_id, action, state, requested_by, via, proof_version, proof_how, created_at, ended_at, told_at)
       select gen_random_uuid(), list_id, member_id, 'subscribe', 'applied', member_id, 'discord', '1', 'modified',
         now() - interval '90 days' * random(), now() - interval '1 day', now() from pair limit 10000;
     insert into audit_entry (id, actor_kind, actor_id, event, subject_kind, subject_id, via, outcome, at)
       select gen_random_uuid(), 'member', member_id::text, 'change.applied', 'change', id::text, 'discord', 'applied', created_at
       from change;
     delete from audit_unsealed;
     insert into notice (id, kind, destination_kind, destination_id, body, state, message_id, ended_at)
       select gen_random_uuid(), 'told', kind, n::text, '{}', 'sent', n::text, now() - interval '90 days' * random()
       from generate_series(1, 10000) n, unnest(array['member', 'channel']) kind;
     update notice set state = 'failed', message_id = null where destination_id like '%00';
     insert into mail (id, kind, to_address, subject, text_body, state, ended_at)
       select gen_random_uuid(), 'told', 'x@example.org', 'x', 'x', 'sent', now() - interval '90 days' * random()
       from generate_series(1, 10000) n;
     insert into sync_run (id, mode, state, started_at, ended_at)
       select gen_random_uuid(), 'full', 'done', at, at
       from (select now() - interval '90 days' * random() as at from generate_series(1, 20000)) as read;
     insert into incident (id, key, kind, words, state, began_at, resolved_at)
       select gen_random_uuid(), 'drift ' || n % 200, 'drift', '{"content": "x", "subject": "x", "text": "x"}', 'resolved', at, at
       from (select n, now() - interval '90 days' * random() as at from generate_series(1, 10000) n) as edit;`,
  )
  await runSql(databaseUrl, 'vacuum analyze')
}

const key = (name: string) => ({ 'idempotency-key': `plans-${name}` })

async function ok(answer: Promise<Answer>): Promise<{ id: string }> {
  const { status, text, json } = await answer
  if (status >= 300) throw new Error(`${status}: ${text}`)
  return text === '' ? { id: '' } : json<{ id: string }>()
}

type Plan = {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Index Cond'?: string
  'Plan Rows': number
  Plans?: Plan[]
}

/** More than ever are open at a time. */
const many = 1000

/** The large tables, and indexes, that this plan reads from one end to the other. A limit ends what is read in order. */
function readWhole(plan: Plan, tables: ReadonlySet<string>, isLimited = false): string[] {
  const { 'Node Type': node, 'Relation Name': table = '', 'Index Name': index = '' } = plan
  const isWholeTable = node === 'Seq Scan' && tables.has(table)
  const isWholeIndex =
    node.includes('Index') && plan['Index Cond'] === undefined && plan['Plan Rows'] > many && !isLimited
  return [
    ...(isWholeTable ? [table] : []),
    ...(isWholeIndex ? [index] : []),
    ...(plan.Plans ?? []).flatMap((part) => readWhole(part, tables, isLimited || node === 'Limit')),
  ]
}

/** Of a table of a hundred megabytes several processes read a part each, which makes that look cheap. */
const asIfLarger = ['min_parallel_table_scan_size', 'parallel_setup_cost']
  .map((setting) => `set local ${setting} = 0;`)
  .join(' ')

async function planOf(text: string): Promise<Plan | null> {
  const [found] = await api.sql<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
    `${asIfLarger} explain (generic_plan, format json) ${text}`,
  )
  return found ? found['QUERY PLAN'][0].Plan : null
}

/** Of these statements those that read a large table whole, and which. */
async function wholeReads(
  seen: ReadonlySet<string>,
  tables: ReadonlySet<string>,
): Promise<Record<string, string[]>> {
  const scans: Record<string, string[]> = {}
  for (const text of seen) {
    if (!/^\s*(select|insert|update|delete|with)\b/i.test(text)) continue
    const plan = await planOf(text)
    const whole = plan === null ? ['no plan'] : readWhole(plan, tables)
    if (whole.length > 0) scans[text] = whole
  }
  return scans
}

/** By which indexes the statement looks that has this piece. */
async function indexesOf(seen: ReadonlySet<string>, piece: string): Promise<string[]> {
  const plan = await planOf([...seen].find((text) => text.includes(piece)) ?? '')
  return plan === null ? [] : indexesIn(plan)
}

const indexesIn = (plan: Plan): string[] => [
  ...(plan['Index Name'] === undefined ? [] : [plan['Index Name']]),
  ...(plan.Plans ?? []).flatMap(indexesIn),
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

  // It has heard the API, and the worker that applied what was asked for.
  expect([...seen].join('\n')).toMatch(/lease_until[^]*idempotency_record|idempotency_record[^]*lease_until/)
  expect(await wholeReads(seen, large)).toEqual({})
})

it('nothing that is done again and again reads a large table from one end to the other', async () => {
  const { context } = worker
  const onlyMember = await world.memberId('p5')
  const seen = statements()
  await sweep(context)
  await lookAround(context, context.db)
  await unlinkGone(context)
  await endForgotten(context)
  await prune(context.db)
  await failAbandonedRuns(context.db)
  await takeQueuedRun(context.db)
  const named = {
    dnKeys: [world.directory.personDn('ada')],
    uids: ['p2'],
    mailKeys: ['p3@example.org'],
    gid: 5,
  }
  await context.db.transaction((tx) => writeAdmins(tx, named))
  await context.db.transaction((tx) => writeAdmins(tx, named, { onlyMember }))
  await readKnownMessages(context.db, { kind: 'channel', id: '1' }, new Date())
  // Of the API: a scrape, and whether it is ready.
  await readLoad(context.db)
  await readHealth(context.db, { migrations: [], mirrorMaxAgeS: 360 })

  expect([...seen].join('\n')).toMatch(/swept_at[^]*clockS[^]*leaving[^]*auditUnsealed/)
  expect(await wholeReads(seen, largeWithReads)).toEqual({})
  // Where another index would do, too, as long as there is little beside what is sought.
  expect(await indexesOf(seen, 'clockS')).toContain('notice_taken')
  expect(await indexesOf(seen, 'set leaving_told_at = null')).toContain('discord_link_leaving')
})

it.each(['queued', 'failed'])(
  'what is %s in the outbox is found without a look at all that was sent',
  async (state) => {
    const seen = statements()
    await ok(api.as(adminAccount)('GET', `/admin/outbox?state=${state}`))
    const indexes = await indexesOf(seen, 'from mail')
    expect(indexes.filter((index) => index === 'notice_pkey' || index === 'mail_pkey')).toEqual([])
    expect(indexes.join(' ')).toMatch(/notice_[^]*mail_/)
  },
)

it.each([
  ['the changes of a list', '/admin/changes?list=l1', 'order by c.id desc', 'change_ended', 'change_pkey'],
  [
    'changes with a rare end',
    '/admin/changes?state=failed',
    'order by c.id desc',
    'change_ended',
    'change_pkey',
  ],
  [
    'incidents that last',
    '/admin/incidents?state=open',
    'from incident i',
    'incident_lasting',
    'incident_pkey',
  ],
])('%s are found without going back through all others', async (_what, path, piece, index, ofAll) => {
  const seen = statements()
  await ok(api.as(adminAccount)('GET', path))
  const indexes = await indexesOf(seen, piece)
  expect(indexes).toContain(index)
  expect(indexes).not.toContain(ofAll)
})

it('a page of a list of thousands is found without a look at every place on it', async () => {
  const looks = await world.db.transaction(async (tx) => {
    const { items } = await readListMembers(tx, 'everybody', { limit: 50, after: null, q: '' })
    expect(items).toHaveLength(50)
    const [found] = await rows<{ looks: number }>(
      tx,
      `select (seq_tup_read + coalesce(idx_tup_fetch, 0))::integer as looks from pg_stat_xact_user_tables
       where relname = 'membership'`,
    )
    return found?.looks
  })
  expect(looks).toBeLessThan(1000)
})

it('what a worker takes in hand is found by its ids: not each of them among all that wait, where many have come since Postgres last counted', async () => {
  const seen = statements()
  await leaseDueList(world.db, { lane: 0, leaseMs: 1000, observeOnly: false })
  expect(await indexesOf(seen, 'taken as')).toContain('change_pkey')
})

it('how many people there are is counted without a look at each', async () => {
  const seen = statements()
  await ok(api.as(adminAccount)('GET', '/admin/status'))
  expect(Object.values(await wholeReads(seen, large)).flat()).not.toContain('member')
})
