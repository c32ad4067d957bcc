import { type Database, rows } from '../database.ts'

/** Whether the last read of the whole directory that has ended went wrong: the next one tells whether that is over. */
export async function lastReadFailed(db: Database): Promise<boolean> {
  const [last] = await rows<{ state: string }>(
    db,
    'select state from sync_run where ended_at is not null and not dry_run order by ended_at desc limit 1',
  )
  return last?.state === 'failed'
}
