import type { BackgroundWork } from './background-work.ts'
import type { WorkerContext } from './context.ts'
import { deliverOutbox } from './deliver/deliver-outbox.ts'
import { createHoldEar } from './holds/look-at-holds.ts'
import { lookOnceForAll } from './look-once.ts'
import { tellOfRequests } from './requests/tell-of-requests.ts'
import { followLinks } from './roles/follow-links.ts'
import { runQueued } from './sync/run-sync.ts'
import { createTargetWatch } from './targets/watch-target.ts'
import { wakeLane } from './wake-lane.ts'

/** What a worker does when it hears something (NOTIFY), by channel. */
export type Ears = Record<string, (payload: string) => void>

/** One set of them a worker: what is asked for again while it is under way is done once for all. */
export function createEars(context: WorkerContext, run: BackgroundWork['run']): Ears {
  const { verifiedRole: role } = context
  const hearHold = createHoldEar(context)
  const hearRequests = lookOnceForAll(() => tellOfRequests(context))
  const watchTarget = createTargetWatch(context)
  return {
    change_queued: (lane) => run('waking a lane', () => wakeLane(context, Number(lane))),
    target: (name) => run('watching a target', () => watchTarget(name)),
    outbox: () => run('delivering', () => deliverOutbox(context)),
    sync_queued: () => run('reading the directory as asked', () => runQueued(context)),
    requests: () => run('telling of requests', hearRequests),
    hold: (holdId) => run('looking at holds', () => hearHold(holdId)),
    link_changed: (account) => {
      if (role !== null) run('following a link', () => followLinks(context, role, [account]))
    },
  }
}
