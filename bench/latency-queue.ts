import type pg from 'pg'
import { v7 } from 'uuid'
import { until, withClient } from './processes.ts'

export type Wish = { uid: string; list: string }

/**
 * Accepts these subscriptions in one transaction, as if they all came at once, and wakes the workers. Gives the seconds from
 * then until every change has ended.
 */
export async function applyAll(databaseUrl: string, wishes: readonly Wish[]): Promise<number> {
  return withClient(databaseUrl, async (client) => {
    const startedAt = await queueAll(client, wishes)
    await until('every change has ended', async () => {
      const { rowCount } = await client.query('select from change where ended_at is null limit 1')
      return rowCount === 0
    })
    return (performance.now() - startedAt) / 1000
  })
}

/** Gives when they were committed, by this process's clock. */
export async function queueAll(client: pg.Client, wishes: readonly Wish[]): Promise<number> {
  const records = wishes.map((wish) => ({ id: v7(), ...wish }))
  await client.query('begin')
  await client.query(
    `insert into change (id, list_id, member_id, action, state, requested_by, via)
     select r.id, l.id, m.id, 'subscribe', 'queued', m.id, 'api'
     from jsonb_to_recordset($1) as r (id uuid, uid text, list text) join list l on l.name = r.list join member m on m.uid = r.uid`,
    [JSON.stringify(records)],
  )
  await client.query(
    `select pg_notify('change_queued', lane::text)
     from (select distinct l.lane from change c join list l on l.id = c.list_id where c.state = 'queued') as lanes`,
  )
  await client.query('commit')
  return performance.now()
}

/** How many ended in which state, such as `applied: 999, failed: 1`. */
export async function howTheyEnded(databaseUrl: string): Promise<string> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ state: string; n: number }>(
      'select state, count(*)::integer as n from change group by state order by state',
    )
    return rows.map(({ state, n }) => `${state}: ${n}`).join(', ')
  })
}

/** The names that `bigLdif` gives. */
export const uidOf = (person: number): string => `p${String(person).padStart(6, '0')}`
export const listOf = (list: number): string => `list${String(list).padStart(4, '0')}`

/** People who are not on that list yet: its members are those that follow 37 times its number. */
export function newcomersOf(
  list: number,
  count: number,
  { people, membersPerList }: { people: number; membersPerList: number },
): Wish[] {
  return Array.from({ length: count }, (_, at) => ({
    uid: uidOf((list * 37 + membersPerList + at) % people),
    list: listOf(list),
  }))
}
