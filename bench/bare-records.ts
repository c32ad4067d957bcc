import { createHash } from 'node:crypto'
import pg from 'pg'
import type { Stage } from './stage.ts'

/** As many as there are processors to share. */
const connections = 2

/**
 * The least that Postgres has to do for what is promised of each change, whatever worker asks for it: it is taken in hand under a lease, it
 * ends with its proof and the person's place on the list, an audit entry says so, and a seal chains the entry. Three statements of bare
 * SQL for a list, on tables of their own that have no index but those which keep two of the same apart; ours have more, for what is
 * asked of them. No worker, no directory. `run` gives the seconds that it took, once; `end` sees whether it did what it should.
 */
export async function bareRecords(
  stage: Stage,
  { people, lists, changesPerList }: { people: number; lists: number; changesPerList: number },
) {
  const { url } = await stage.database()
  const clients = Array.from({ length: connections }, () => new pg.Client(url))
  await Promise.all(clients.map((client) => client.connect()))
  const [first] = clients
  if (!first) throw new Error('there is no connection')
  await first.query(tables)
  for (const client of clients) await client.query('set search_path = bare, public')
  await first.query(rowsOf({ people, lists, changesPerList }))
  await first.query('vacuum analyze')
  const { rows } = await first.query<{ id: string }>('select id from list order by id')
  const columnsOfSeals = chain()
  const run = async () => {
    const startedAt = performance.now()
    await Promise.all(
      clients.map(async (client, at) => {
        for (const { id } of rows.filter((_, index) => index % connections === at)) {
          await client.query({ name: 'lease', text: lease, values: [id] })
          const entries = await client.query<Entry>({ name: 'record', text: record, values: [id] })
          await client.query({ name: 'seal', text: seal, values: columnsOfSeals(entries.rows) })
        }
      }),
    )
    return (performance.now() - startedAt) / 1000
  }
  const end = async () => {
    const { rows: left } = await first.query(
      `select from change where state <> 'applied' union all
       select from audit_entry where id not in (select entry_id from audit_seal) limit 1`,
    )
    if (left.length > 0) throw new Error('not every change was recorded and sealed')
    await Promise.all(clients.map((client) => client.end()))
  }
  return { run, end }
}

type Entry = { id: string; entry: string }

/** Gives the columns of the seals of some entries; each seal follows the one before it. */
function chain(): (entries: readonly Entry[]) => unknown[][] {
  let position = 0
  let hash: Buffer = Buffer.alloc(32)
  return (entries) => {
    const rows = entries.map(({ id, entry }) => {
      const previous = hash
      hash = createHash('sha256').update(previous).update(entry).digest()
      position += 1
      return [position, id, hash.toString('hex'), previous.toString('hex')]
    })
    return [0, 1, 2, 3].map((column) => rows.map((row) => row[column]))
  }
}

const tables = `
  create schema bare;
  set search_path = bare, public;
  create table member (id uuid primary key, uid text not null, dn_key text not null);
  create table list (id uuid primary key, version text, lease_token uuid, lease_until timestamptz);
  create table change (id uuid primary key, list_id uuid not null, member_id uuid not null, action text not null, state text not null,
    proof_version text, proof_how text, created_at timestamptz not null default now(), ended_at timestamptz);
  create unique index on change (list_id, member_id, (state = 'applying')) where state in ('queued', 'applying');
  create table membership (list_id uuid, member_id uuid, primary key (list_id, member_id));
  create table audit_entry (id uuid primary key, at timestamptz not null default now(), event text not null, subject_id uuid not null,
    details jsonb not null);
  create table audit_seal (position bigint primary key, entry_id uuid not null, hash bytea not null, previous_hash bytea not null)`

const rowsOf = ({ people, lists, changesPerList }: Record<'people' | 'lists' | 'changesPerList', number>) => `
  insert into member select uuidv7(), 'p' || g, 'uid=p' || g || ',ou=people,dc=example,dc=org' from generate_series(1, ${people}) g;
  insert into list select uuidv7(), 'v' from generate_series(1, ${lists}) g;
  insert into change (id, list_id, member_id, action, state)
  select uuidv7(), l.id, p.id, 'subscribe', 'queued'
  from (select id, row_number() over () as n from list) l, (select id, row_number() over () as n from member) p
  where (p.n + l.n * 37) % ${people} < ${changesPerList}`

const lease = `
  with leased as (
    update list set lease_token = gen_random_uuid(), lease_until = now() + interval '30 s' where id = $1
    returning id, set_config('synchronous_commit', 'off', true)
  ), taken as (
    update change set state = 'applying' where list_id = (select id from leased) and state = 'queued' returning id, member_id, action
  )
  select json_agg(json_build_object('id', t.id, 'action', t.action, 'uid', m.uid, 'dnKey', m.dn_key))
  from taken t join member m on m.id = t.member_id`

const record = `
  with ended as (
    update change set state = 'applied', ended_at = now(), proof_version = 'w', proof_how = 'modified'
    where list_id = $1 and state = 'applying' returning id, list_id, member_id
  ), joined as (
    insert into membership (list_id, member_id) select list_id, member_id from ended
  ), let_go as (
    update list set version = 'w', lease_token = null, lease_until = null where id = $1
  ), entered as (
    insert into audit_entry (id, event, subject_id, details)
    select uuidv7(), 'change.applied', id, jsonb_build_object('list', list_id, 'member', member_id) from ended returning *
  )
  select id, entered::text as entry from entered`

const seal = `
  insert into audit_seal select position, entry_id, decode(hash, 'hex'), decode(previous, 'hex')
  from unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[]) as s (position, entry_id, hash, previous)`
