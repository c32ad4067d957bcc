import { endUnmanaged } from '../../domain/store/lists/end-unmanaged.ts'
import { wakeTargetWatches } from '../../domain/store/apply/target.ts'
import { noteSweep } from '../../domain/store/installation/note-sweep.ts'
import { tellMembers } from '../../domain/store/changes/tell-members.ts'
import { tellOwners } from '../../domain/store/changes/tell-owners.ts'
import { dueLanes } from '../../domain/store/apply/wake-lanes.ts'
import { wordNews } from '../../texts/news.ts'
import type { WorkerContext } from '../context.ts'
import { deliverOutbox } from '../deliver/deliver-outbox.ts'
import { tellOfFailedEntries } from '../apply/tell-of-failed-entries.ts'
import { tellOfRefusals } from '../apply/tell-of-refusals.ts'
import { lookAtHolds } from '../holds/look-at-holds.ts'
import { tellOfRequests } from '../requests/tell-of-requests.ts'
import { followAbandoned } from '../roles/follow-links.ts'
import { runQueued } from '../sync/run-sync.ts'
import { tellOfPauses } from '../targets/tell-of-pauses.ts'
import { wakeLane } from '../wake-lane.ts'

/** Wakes what a lost NOTIFY or a dead worker left behind, tells members and admins what nobody told them, ends what
 * waited for an admin too long, and sends what waits. */
export async function sweep(context: WorkerContext): Promise<void> {
  // What goes wrong with one must not keep the others from being done.
  const done = await Promise.allSettled([
    // By this it is seen that a worker lives.
    noteSweep(context.db),
    wakeDue(context),
    wakeTargetWatches(context.db),
    tellOfPauses(context),
    tellMembers(context.db, wordNews, context),
    tellOwners(context.db, wordNews),
    tellOfRefusals(context),
    tellOfFailedEntries(context),
    deliverOutbox(context),
    lookAtHolds(context),
    tellOfRequests(context),
    endUnmanaged(context.db),
    runQueued(context),
    followAbandoned(context),
  ])
  const failed = done.find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
}

/** Without a job store to wake it through, a lane is drained before this goes on: a few at once, so that a slow one keeps few waiting. */
const lanesAtOnce = 4

async function wakeDue(context: WorkerContext): Promise<void> {
  const lanes = await dueLanes(context.db, { observeOnly: context.observeOnly })
  const wakeNext = async (): Promise<void> => {
    for (let lane = lanes.shift(); lane !== undefined; lane = lanes.shift()) await wakeLane(context, lane)
  }
  await Promise.all(Array.from({ length: lanesAtOnce }, wakeNext))
}
