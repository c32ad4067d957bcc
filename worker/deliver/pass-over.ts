import { type Destination } from '../../domain/store/outbox/destination.ts'
import { readHead, takeNotices, type WaitingNotice } from '../../domain/store/outbox/destination-queue.ts'
import { notePassedOver } from '../../domain/store/outbox/note-passed-over.ts'
import type { WorkerContext } from '../context.ts'
import { chooseBatch } from './choose-batch.ts'
import { isStuck, stuckAfterAttempts } from './is-stuck.ts'
import { type Delivered, giveUp } from './not-taken.ts'

type Untaken = Extract<Delivered, { is: 'untaken' }>

/** Sends notices; `asPlaceholder`: what stands in the place of the one that Discord does not take. */
export type TrySend = (
  batch: readonly WaitingNotice[],
  how?: { asPlaceholder: boolean },
) => Promise<Delivered>

/** Given up is what was not taken while others were, so many times, the first of them this long ago. */
const timesAtLeast = 3
const passedForS = 600
/** The pause between these. */
const againInS = 300

type On = { context: WorkerContext; destination: Destination; trySend: TrySend }
/** One that Discord did not take, and what came of that. */
type Passed = { notice: WaitingNotice; untaken: Untaken }

/**
 * What is stuck must not keep the others of its channel waiting for days, and none of them may be told before it: a placeholder is posted, and
 * edited once Discord takes what belongs there. In direct messages there is none: what is stuck is tried once more, and not any more once another
 * one was told. Gives what came of it last: taken, where the others may go on.
 */
export async function passOver(
  context: WorkerContext,
  destination: Destination,
  { batch, untaken, trySend }: { batch: readonly WaitingNotice[]; untaken: Untaken; trySend: TrySend },
): Promise<Delivered> {
  const [first, ...others] = batch
  // A digest that is stuck is told one by one.
  if (!first || others.length > 0 || !mayBePassed(first)) return untaken
  const on = { context, destination, trySend }
  if (first.messageId !== null) return tellOthers(on, { notice: first, untaken })
  if (first.destinationKind === 'channel') return postPlaceholder(on, first, [])
  const now = await readAgain(on, first, [])
  if (now === null) return { is: 'ended' }
  const still = await trySend([now])
  if (still.is !== 'untaken' || still.limited) return still
  return tellOthers(on, { notice: now, untaken: still })
}

/** Whether it is stuck by now; where a message has its place, nothing that follows is told before it in any case. */
function mayBePassed(notice: WaitingNotice): boolean {
  const attempts = notice.attempts + 1
  return notice.messageId === null ? isStuck({ ...notice, attempts }) : attempts >= stuckAfterAttempts
}

/**
 * Tells the first of those behind that Discord takes. Of these, too, one that is stuck gets its placeholder, and is passed over where it has a
 * message; one that may only be in trouble for a while keeps its place.
 */
async function tellOthers(on: On, first: Passed): Promise<Delivered> {
  const { context, destination, trySend } = on
  const passed = [first]
  while (!context.stopping.aborted) {
    const batch = chooseBatch(await readHead(context.db, destination, idsOf(passed)))
    const [next, ...together] = batch
    if (!next) break
    let sent = await trySend(batch)
    if (sent.is === 'ended') continue
    if (sent.is === 'untaken' && !sent.limited && together.length === 0 && mayBePassed(next)) {
      if (next.messageId !== null || next.destinationKind === 'member') {
        passed.push({ notice: next, untaken: sent })
        continue
      }
      sent = await postPlaceholder(on, next, passed)
    }
    if (sent.is === 'taken') for (const one of passed) await putOff(context, one)
    return sent
  }
  return first.untaken
}

const idsOf = (passed: readonly Passed[]) => passed.map(({ notice }) => notice.id)

/** As it is by now: with what Discord may have taken a moment ago. */
async function readAgain(
  { context, destination }: On,
  notice: WaitingNotice,
  before: readonly Passed[],
): Promise<WaitingNotice | null> {
  const head = await readHead(context.db, destination, idsOf(before))
  return head.find(({ id }) => id === notice.id) ?? null
}

async function postPlaceholder(on: On, notice: WaitingNotice, before: readonly Passed[]): Promise<Delivered> {
  const now = await readAgain(on, notice, before)
  if (now === null) return { is: 'ended' }
  const posted = await on.trySend([now], { asPlaceholder: true })
  if (posted.is === 'taken')
    on.context.log.warn({ notice: now.id }, 'Discord takes others and not this, a placeholder is posted')
  return posted
}

/** Others were taken and this was not: it is tried again after a while, or given up. */
async function putOff(context: WorkerContext, { notice, untaken }: Passed): Promise<void> {
  const { db, log } = context
  if (notice.destinationKind === 'channel') {
    const over = await notePassedOver(db, notice, againInS)
    if (over === null || over.times < timesAtLeast || over.forS < passedForS) return
  }
  log.error({ notice: notice.id, error: untaken.error }, 'Discord takes others and not this, given up')
  if (await takeNotices(db, [notice], null))
    await giveUp(context, [notice], { ...untaken, wasTaken: 'unknown' })
}
