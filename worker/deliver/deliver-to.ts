import { retryDelayMs } from '../../domain/rules/retry-delay.ts'
import { type Destination, leaveDestination } from '../../domain/store/outbox/destination.ts'
import { readHead, takeNotices, type WaitingNotice } from '../../domain/store/outbox/destination-queue.ts'
import { noteTakes } from '../../domain/store/outbox/destination-refused.ts'
import { newId } from '../../domain/store/new-id.ts'
import { putBack } from '../../domain/store/outbox/put-back-notices.ts'
import type { WorkerContext } from '../context.ts'
import { chooseBatch } from './choose-batch.ts'
import { type Delivered, nothingInstead } from './not-taken.ts'
import { passOver, type TrySend } from './pass-over.ts'
import { sendNotice } from './send-notice.ts'
import { tellIncident } from './tell-incident.ts'
import { tellTopics } from './tell-topics.ts'

/** After so long the slot goes to another destination. */
const leaseAtMostMs = 10_000
/** A destination that takes nothing is tried this often at least. */
const restAtMostMs = 60_000
/** One that refuses everything is tried after so long at first, then after twice as long each time: Discord counts what it refuses. */
const refusedMs = 60_000
const refusedAtMostMs = 600_000
const leaveAgainMs = 3000

/**
 * Sends what is due at a destination, in order, until nothing is, Discord takes nothing, or others have waited long enough. Gives whether
 * the destination refuses everything.
 */
export async function deliverTo(context: WorkerContext, destination: Destination): Promise<boolean> {
  const { db, stopping } = context
  const endsAt = performance.now() + leaseAtMostMs
  let { failures } = destination
  let restMs = 0
  let isRefused = false
  try {
    while (!stopping.aborted && performance.now() < endsAt) {
      const batch = chooseBatch(await readHead(db, destination, []))
      if (batch.length === 0) break
      const sent = await tryOrPass(context, destination, batch)
      if (sent.is === 'ended') continue
      if (sent.is === 'taken') {
        if (failures > 0) await noteTakes(db, destination)
        failures = 0
        continue
      }
      if (sent.is === 'refused') {
        failures += 1
        restMs = Math.min(refusedAtMostMs, refusedMs * 2 ** Math.min(failures - 1, 10))
        isRefused = true
        break
      }
      if (!sent.limited) failures += 1
      restMs = sent.limited
        ? sent.afterMs
        : Math.max(sent.afterMs, Math.min(restAtMostMs, retryDelayMs(failures)))
      break
    }
  } finally {
    await leave(context, destination, { failures, restMs })
  }
  return isRefused
}

/** While Postgres is away that has to wait; nobody waits for the end of the lease then. */
async function leave(
  context: WorkerContext,
  destination: Destination,
  how: { failures: number; restMs: number },
): Promise<void> {
  try {
    await leaveDestination(context.db, destination, how)
  } catch (error) {
    context.later('letting a destination go', leaveAgainMs, () => leave(context, destination, how))
    throw error
  }
}

/** Where it is not taken, and the others need not wait for it, they are told. */
async function tryOrPass(
  context: WorkerContext,
  destination: Destination,
  batch: readonly WaitingNotice[],
): Promise<Delivered> {
  const attempt: TrySend = (notices, how) => trySend(context, notices, how)
  const sent = await attempt(batch)
  if (sent.is !== 'untaken' || sent.limited) return sent
  return passOver(context, destination, { batch, untaken: sent, trySend: attempt })
}

/** What nobody foresaw is a failure of what was sent, or it would block the others for good; should Postgres be away, all of it waits. */
async function trySend(
  context: WorkerContext,
  batch: readonly WaitingNotice[],
  how: { asPlaceholder: boolean } = { asPlaceholder: false },
): Promise<Delivered> {
  try {
    return await send(context, batch, how)
  } catch (error) {
    context.log.error({ err: error, notices: batch.map(({ id }) => id) }, 'a notice could not be sent')
    await putBack(context.db, batch, String(error))
    return { is: 'untaken', afterMs: 0, limited: false, error: String(error), instead: nothingInstead }
  }
}

async function send(
  context: WorkerContext,
  batch: readonly WaitingNotice[],
  { asPlaceholder }: { asPlaceholder: boolean } = { asPlaceholder: false },
): Promise<Delivered> {
  const [first] = batch
  if (!first) return { is: 'ended' }
  const digest = first.tried.digest ?? (batch.length > 1 ? newId() : null)
  if (!(await takeNotices(context.db, batch, digest))) return { is: 'ended' }
  const { content } = first.body
  if (content !== undefined) return sendNotice(context, first, content)
  if (first.kind !== 'topic') return tellIncident(context, first, { asPlaceholder })
  return (await tellTopics(context, batch, { digest, asPlaceholder })) ?? sendEach(context, batch)
}

async function sendEach(context: WorkerContext, batch: readonly WaitingNotice[]): Promise<Delivered> {
  let last: Delivered = { is: 'ended' }
  for (const notice of batch) {
    const sent = await send(context, [{ ...notice, tried: { prints: [], digest: null } }])
    if (sent.is === 'untaken' || sent.is === 'refused') return sent
    if (sent.is === 'taken') last = sent
  }
  return last
}
