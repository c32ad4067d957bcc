import { type Database, rows } from '../database.ts'

/** A worker has swept: whoever looks whether one lives sees when that was. */
export async function noteSweep(db: Database): Promise<void> {
  await rows(db, 'update installation set swept_at = now()')
}
