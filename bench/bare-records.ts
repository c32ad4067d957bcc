import pg from 'pg'
import type { Stage } from './stage.ts'

/** As many as there are processors to share. */
const connections = 2

/**
 * Postgres alone and the least that is kept of each change: that it ended and how, the place on the list, and an entry of the audit.
 * One transaction for each list, by a few statements of bare SQL, without a worker, a lease or a directory. `run` gives the seconds that
 * it took, once; `end` sees whether it did what it should.
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
  await first.query(prepare, [people, lists, changesPerList])
  await first.query('vacuum analyze')
  const { rows } = await first.query<{ id: string }>('select id from list order by id')
  const run = async () => {
    const startedAt = performance.now()
    await Promise.all(
      clients.map(async (client, at) => {
        for (const { id } of rows.filter((_, index) => index % connections === at))
          await client.query({ name: 'record', text: record, values: [id] })
      }),
    )
    return (performance.now() - startedAt) / 1000
  }
  const end = async () => {
    const { rows: left } = await first.query(`select from change where state <> 'applied' limit 1`)
    if (left.length > 0) throw new Error('not every change was recorded')
    await Promise.all(clients.map((client) => client.end()))
  }
  return { run, end }
}

const prepare = `
  with p as (
    insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name, placed)
    select uuidv7(), n, '', n, n, n, n, true from (select 'p' || g as n from generate_series(1, $1::integer) g) people
    returning id
  ), l as (
    insert into list (id, entry_uuid, dn, name, display_name, join_policy, lane)
    select uuidv7(), n, n, n, n, 'open', 0 from (select 'l' || g as n from generate_series(1, $2::integer) g) lists
    returning id
  )
  insert into change (id, list_id, member_id, action, state, via)
  select uuidv7(), l.id, p.id, 'subscribe', 'queued', 'api'
  from (select id, row_number() over () as n from l) l, (select id, row_number() over () as n from p) p
  where (p.n + l.n * 37) % $1 < $3`

const record = `
  with ended as (
    update change set state = 'applied', ended_at = now(), proof_version = 'v', proof_how = 'modified'
    where list_id = $1 and state = 'queued' returning id, list_id, member_id
  ), joined as (
    insert into membership (list_id, member_id) select list_id, member_id from ended
  )
  insert into audit_entry (id, actor_kind, event, subject_kind, subject_id, via, outcome, details)
  select uuidv7(), 'worker', 'change.applied', 'change', id, 'ldap', 'applied', jsonb_build_object('list', list_id, 'member', member_id)
  from ended`
