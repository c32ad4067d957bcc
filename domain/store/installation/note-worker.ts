import { type Database, rows } from '../database.ts'

/** How often a worker says that it lives, in seconds. */
export const workerSaysS = 10

/** A worker that has said nothing for so long is gone, in seconds. */
export const workerGoneS = 30

/** Workers seem to observe only, once none that writes has said so for longer than this before another did, in seconds. */
const writerMissedS = workerSaysS * 1.5

/** This worker lives. `observeOnly`: it writes nothing to the directory. */
export async function noteWorker(db: Database, { observeOnly }: { observeOnly: boolean }): Promise<void> {
  await rows(
    db,
    `update installation set worker_seen_at = now(), writer_seen_at = case when :observeOnly then writer_seen_at else now() end`,
    { observeOnly },
  )
}

/** Whether the workers seen last write nothing to the directory; never null. */
export const isObserving = `coalesce((
  select worker_seen_at is not null and coalesce(writer_seen_at < worker_seen_at - interval '${writerMissedS} seconds', true)
  from installation), false)`
