import type { ListDifference, SyncRun } from '../../contracts/sync-run.ts'
import { type DatabaseOrTransaction, rows } from '../database.ts'
import type { SyncReport } from './sync-runs.ts'

type Row = Omit<SyncRun, 'startedAt' | 'endedAt' | 'report'> & {
  startedAt: Date | null
  endedAt: Date | null
  report: (Omit<SyncReport, 'differences'> & Partial<Pick<SyncReport, 'differences'>>) | null
}
type OfRun = { runId: string; differences: ListDifference[] }

/** At most so many lists are shown in a report. */
const listsAtMost = 1000

const columns = 'id, mode, dry_run, state, started_at, ended_at, report'

/** A page of the reads of the directory, newest first. `after` is the id that the page before ended with. */
export async function readSyncRuns(
  db: DatabaseOrTransaction,
  { limit, after }: { limit: number; after: string | null },
): Promise<{ items: SyncRun[]; next: string | null }> {
  const found = await rows<Row>(
    db,
    `select ${columns} from sync_run where :after::uuid is null or id < :after::uuid order by id desc limit :limit + 1`,
    { limit, after },
  )
  const items = await withDifferences(db, found.slice(0, limit))
  return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null }
}

/** One read of the directory with its report; null when there is none of this id. */
export async function readSyncRun(db: DatabaseOrTransaction, id: string): Promise<SyncRun | null> {
  const found = await rows<Row>(db, `select ${columns} from sync_run where id = :id`, { id })
  return (await withDifferences(db, found))[0] ?? null
}

/** The last full read that ended, whatever became of it. */
export async function readLastFullRun(db: DatabaseOrTransaction): Promise<SyncRun | null> {
  const found = await rows<Row>(
    db,
    `select ${columns} from sync_run where mode = 'full' and not dry_run and ended_at is not null order by ended_at desc limit 1`,
  )
  return (await withDifferences(db, found))[0] ?? null
}

async function withDifferences(db: DatabaseOrTransaction, found: readonly Row[]): Promise<SyncRun[]> {
  const recorded = await readDifferences(db, found)
  return found.map(({ report, startedAt, endedAt, ...run }) => ({
    ...run,
    startedAt: startedAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
    report:
      report === null
        ? null
        : {
            ...report,
            differences: (recorded.get(run.id) ?? []).slice(0, listsAtMost),
          },
  }))
}

/** What differed is on record as drift; what a dry run found is in its own report, by ids. */
async function readDifferences(
  db: DatabaseOrTransaction,
  found: readonly Row[],
): Promise<Map<string, ListDifference[]>> {
  const dry = found.flatMap(({ id, dryRun, report }) =>
    dryRun ? (report?.differences ?? []).map((difference) => ({ ...difference, runId: id })) : [],
  )
  const done = found.filter(({ dryRun, report }) => !dryRun && report !== null).map(({ id }) => id)
  const of = [
    ...(done.length === 0 ? [] : await rows<OfRun>(db, recordedDifferences, { runIds: done })),
    ...(dry.length === 0 ? [] : await rows<OfRun>(db, foundDifferences, { found: JSON.stringify(dry) })),
  ]
  return new Map(of.map(({ runId, differences }) => [runId, differences]))
}

/** User names of whom a drift `d` moved. */
export const namesOfDrift = (way: 'joined' | 'parted'): string =>
  `coalesce((select array_agg(m.uid order by m.uid) from drift_member x join member m on m.id = x.member_id
     where x.drift_id = d.id and x.way = '${way}'), '{}')`

const recordedDifferences = `
  select d.run_id, json_agg(json_build_object('list', l.name, 'driftId', d.id, 'joined', ${namesOfDrift('joined')},
      'parted', ${namesOfDrift('parted')}, 'joinedCount', d.joined, 'partedCount', d.parted, 'policy', d.policy,
      'reverted', d.reverted_at is not null) order by lower(l.name), d.id) as differences
  from drift d join list l on l.id = d.list_id
  where d.run_id = any(:runIds::uuid[])
  group by d.run_id`

const namesIn = (ids: string) =>
  `coalesce((select array_agg(m.uid order by m.uid) from member m
     where m.id in (select value::uuid from jsonb_array_elements_text(d.${ids}))), '{}')`

const foundDifferences = `
  select d."runId" as run_id, json_agg(json_build_object('list', l.name, 'driftId', null, 'joined', ${namesIn('joined')},
      'parted', ${namesIn('parted')}, 'joinedCount', d."joinedCount", 'partedCount', d."partedCount", 'policy', d.policy,
      'reverted', false) order by lower(l.name)) as differences
  from jsonb_to_recordset(:found) as d ("runId" uuid, "listId" uuid, joined jsonb, parted jsonb, "joinedCount" integer,
    "partedCount" integer, policy text)
  join list l on l.id = d."listId"
  group by d."runId"`
