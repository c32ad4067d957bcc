import { type Database, rows } from '../database.ts'

/**
 * SQL: seconds since the mirror was last known to be what the directory has, null before it was first read. A read that was
 * done to its end says so, and after one the live feed does while it is alive: that of people and that of lists, both.
 */
export const mirrorAgeS = `(
  select extract(epoch from now() - greatest(max(r.ended_at), case when max(r.ended_at) is not null then (
    select case when count(f.confirmed_at) = 2 then min(f.confirmed_at) end from feed f) end))::float8
  from sync_run r where r.state = 'done' and not r.dry_run)`

/** Seconds since the mirror was last known to be what the directory has; null when it was never read. */
export async function directoryAgeS(db: Database): Promise<number | null> {
  const [found] = await rows<{ ageS: number | null }>(db, `select ${mirrorAgeS} as age_s`)
  return found?.ageS ?? null
}
