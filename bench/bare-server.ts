import { createHash, timingSafeEqual } from 'node:crypto'
import fastify, { type FastifyRequest } from 'fastify'
import pg from 'pg'
import { v7 } from 'uuid'

/**
 * The yardstick of the benchmark `api`: authentication and the api's own statements in their order, as prepared statements,
 * and nothing else. No log, no metrics, no limits, no schemas, no answer for anything that goes wrong.
 */
const { DATABASE_URL, PORT, SERVICE_TOKEN = '' } = process.env
const options = '-c plan_cache_mode=force_generic_plan'
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10, options })
const digestOf = (text: string) => createHash('sha256').update(text).digest()
const tokenDigest = digestOf(SERVICE_TOKEN)

type Member = { memberId: string; uid: string; items?: unknown }
type Row = Record<string, unknown>

const callerByAccount = `
  select m.id as "memberId", m.uid, m.display_name as "displayName", m.state,
    m.is_admin and l.method in ('web', 'operator') as "isAdmin", l.method in ('web', 'operator') as "mayManage",
    l.id as "linkId", l.locale, null::uuid as "sessionId", null::text as "csrfSecret",
    null::uuid as "tokenId", null::text[] as scopes, false as unnoted
  from discord_link l join member m on m.id = l.member_id
  where l.discord_user_id = $1 and l.unlinked_at is null`

const statements = {
  caller: {
    name: 'caller',
    text: callerByAccount,
  },
  callerWithSubscriptions: {
    name: 'caller-with-subscriptions',
    text: `with caller as materialized (${callerByAccount})
           select caller.*, lists.*
           from caller cross join lateral (
             select exists (select 1 from sync_run where state = 'done' and not dry_run) as "mirrorRead",
               coalesce((
                 select json_agg(json_build_object('list', l.name, 'displayName', l.display_name, 'description', l.description,
                     'subscribed', s.member_id is not null, 'pending', case when c.id is not null then
                       json_build_object('changeId', c.id, 'wanted', c.action, 'state', c.state) end)
                   order by lower(l.name))
                 from list l
                 left join membership s on s.list_id = l.id and s.member_id = caller."memberId"
                 left join (
                   select distinct on (list_id) list_id, id, action, state from change
                   where member_id = caller."memberId" and state in ('awaiting_approval', 'queued', 'applying')
                   order by list_id, state = 'applying') as c on c.list_id = l.id
                 where l.state <> 'gone' and l.managed and (not l.hidden or caller."isAdmin" or s.member_id is not null)
               ), '[]') as items) as lists`,
  },
  claim: {
    name: 'claim',
    text: `insert into idempotency_record as kept (scope, key, body_hash) values ($1, $2, $3)
           on conflict (scope, key) do update
             set body_hash = excluded.body_hash, status = null, location = null, body = null, created_at = now()
             where kept.created_at < now() - interval '24 hours'
           returning key`,
  },
  findList: {
    name: 'find-list',
    text: `select wanted.name as wanted, l.id, l.name, l.lane
           from unnest($1::text[]) as wanted (name)
           join list l on lower(l.name) = lower(wanted.name) and l.state <> 'gone' and l.managed
           where ($2 or not l.hidden
             or exists (select 1 from membership s where s.list_id = l.id and s.member_id = $3))
           order by l.id`,
  },
  lock: {
    name: 'lock',
    text: `select pg_advisory_xact_lock(hashtextextended(pair, 0))
           from (select $1 || id as pair from unnest($2::text[]) as l (id) order by id) as pairs`,
  },
  keyShare: {
    name: 'key-share',
    text: 'select id from list where id = any($1::uuid[]) order by id for key share',
  },
  standing: {
    name: 'standing',
    text: `select l.id, l.name, l.lane, l.version, l.join_policy, l.state, l.updated_at, s.since as subscribed_since,
             (select extract(epoch from now() - max(ended_at))::float8 from sync_run where state = 'done' and not dry_run) as mirror_age_s,
             w.id as waiting_id, w.action as waiting_action, w.state as waiting_state, w.requested_by = w.member_id as waiting_own,
             a.id as applying_id, a.action as applying_action, a.state as applying_state, a.requested_by = a.member_id as applying_own
           from list l
           left join membership s on s.list_id = l.id and s.member_id = $1
           left join change w on w.list_id = l.id and w.member_id = $1 and w.state in ('awaiting_approval', 'queued')
           left join change a on a.list_id = l.id and a.member_id = $1 and a.state = 'applying'
           where l.id = any($2)`,
  },
  insertChange: {
    name: 'insert-change',
    text: `with fresh as (
             insert into change (id, list_id, member_id, action, state, requested_by, via, request_id)
             select r.id, r.list_id, $1, r.action, r.state, $2, $3, $4
             from jsonb_to_recordset($5) as r (id uuid, list_id uuid, action text, state text)
             returning list_id, state)
           select pg_notify('change_queued', lane::text)
           from (select distinct l.lane from fresh join list l on l.id = fresh.list_id where fresh.state = 'queued') as lanes`,
  },
  audit: {
    name: 'audit',
    text: `insert into audit_entry (id, actor_kind, actor_id, event, subject_kind, subject_id, via, outcome, details, request_id)
           select * from jsonb_to_recordset($1) as r(id uuid, actor_kind text, actor_id text, event text,
             subject_kind text, subject_id text, via text, outcome text, details jsonb, request_id text)`,
  },
  readChange: {
    name: 'read-change',
    text: `select c.id, l.name as list, m.uid as member, c.action, c.state, c.reason_code, c.reason_message,
             r.uid as requested_by, c.via, c.created_at, c.ended_at, c.proof_version, c.proof_how, c.superseded_by,
             c.retry_of, c.would_write
           from unnest($1::uuid[]) with ordinality as wanted (id, place)
           join change c on c.id = wanted.id
           join list l on l.id = c.list_id
           join member m on m.id = c.member_id
           left join member r on r.id = c.requested_by
           order by wanted.place`,
  },
  keep: {
    name: 'keep',
    text: `update idempotency_record set status = $1, location = $2, body = $3 where scope = $4 and key = $5`,
  },
}

const server = fastify()

server.get('/api/v1/user/subscriptions', async (request, reply) => {
  const { items } = await authenticated(request, statements.callerWithSubscriptions)
  reply.header(
    'etag',
    `"${createHash('sha256').update(JSON.stringify({ items })).digest('base64url').slice(0, 27)}"`,
  )
  return { items }
})

server.put<{ Params: { name: string } }>('/api/v1/user/subscriptions/:name', async (request, reply) => {
  const member = await authenticated(request, statements.caller)
  const client = await pool.connect()
  try {
    await client.query('begin')
    const change = await putSubscription(client, request, member)
    await client.query('commit')
    reply.header('location', `/api/v1/changes/${String(change['id'])}`)
    return await reply.code(202).send(change)
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
})

async function putSubscription(
  client: pg.PoolClient,
  request: FastifyRequest<{ Params: { name: string } }>,
  { memberId, uid }: Member,
): Promise<Row> {
  const run = async (statement: { name: string; text: string }, ...values: unknown[]): Promise<Row> => {
    const { rows } = await client.query<Row>({ ...statement, values })
    return rows[0] ?? {}
  }
  const scope = `${memberId} PUT ${request.params.name}`
  const key = request.headers['idempotency-key']
  await run(statements.claim, scope, key, digestOf('null'))
  const list = await run(statements.findList, [request.params.name], false, memberId)
  await run(statements.lock, memberId, [list['id']])
  await run(statements.keyShare, [list['id']])
  await run(statements.standing, memberId, [list['id']])
  const id = v7()
  const record = {
    id,
    list_id: list['id'],
    action: 'subscribe',
    lane: list['lane'],
    state: 'queued',
    supersedes: null,
  }
  await run(statements.insertChange, memberId, memberId, 'discord', request.id, JSON.stringify([record]))
  const entry = {
    id: v7(),
    actor_kind: 'member',
    actor_id: memberId,
    event: 'change.requested',
    subject_kind: 'change',
    subject_id: id,
    via: 'discord',
    outcome: 'queued',
    details: { list: list['id'], member: memberId, action: 'subscribe' },
    request_id: request.id,
  }
  await run(statements.audit, JSON.stringify([entry]))
  const row = await run(statements.readChange, [id])
  const change = { ...row, member: uid }
  await run(statements.keep, 202, `/api/v1/changes/${id}`, JSON.stringify(change), scope, key)
  return change
}

async function authenticated(
  { headers }: FastifyRequest,
  statement: { name: string; text: string },
): Promise<Member> {
  const token = headers.authorization?.slice('Bearer '.length) ?? ''
  if (!timingSafeEqual(digestOf(token), tokenDigest)) throw new Error('not authenticated')
  const { rows } = await pool.query<Member>({ ...statement, values: [headers['x-discord-user']] })
  const [member] = rows
  if (!member) throw new Error('not linked')
  return member
}

await server.listen({ host: '127.0.0.1', port: Number(PORT) })
