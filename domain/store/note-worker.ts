import { type Database, rows } from './database.ts'

/** How often a worker says that it lives, in seconds. */
export const workerSaysS = 10

/** A worker that has said nothing for so long is gone, in seconds. */
export const workerGoneS = 30

/** This worker lives. */
export async function noteWorker(db: Database): Promise<void> {
  await rows(db, 'update installation set worker_seen_at = now()')
}
