import type { SyncRequest, SyncRun } from '../../contracts/sync-run.ts'
import type { Static } from 'typebox'
import { rows, type Transaction } from '../database.ts'
import { newId } from '../new-id.ts'
import { readSyncRun } from './read-sync-runs.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

/** Queues a read of the directory that an admin asks for; a worker hears of it (NOTIFY sync_queued), or finds it. */
export async function queueSyncRun(
  tx: Transaction,
  {
    memberId,
    via,
    mode,
    dryRun = false,
    ...origin
  }: Static<typeof SyncRequest> & { memberId: string; via: 'discord' | 'web' | 'api' } & Origin,
): Promise<SyncRun> {
  const id = newId()
  await rows(
    tx,
    `with queued as (insert into sync_run (id, mode, dry_run) values (:id, :mode, :dryRun) returning id)
     select pg_notify('sync_queued', id::text) from queued`,
    { id, mode, dryRun },
  )
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: memberId,
      event: 'sync.requested',
      subjectKind: 'sync_run',
      subjectId: id,
      via,
      outcome: 'queued',
      details: { mode, dryRun },
      ...originIn(origin),
    },
  ])
  const run = await readSyncRun(tx, id)
  if (run === null) throw new Error(`run ${id} vanished inside its own transaction`)
  return run
}
