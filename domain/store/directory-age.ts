import { type Database, rows } from './database.ts'

/** Seconds since the directory was last read to its end; null when it never was. */
export async function directoryAgeS(db: Database): Promise<number | null> {
  const [found] = await rows<{ ageS: number | null }>(
    db,
    `select extract(epoch from now() - max(ended_at))::float8 as age_s from sync_run where state = 'done' and not dry_run`,
  )
  return found?.ageS ?? null
}
