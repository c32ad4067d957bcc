import { type Destination } from '../../domain/store/destination.ts'
import { readHead, takeNotices, type WaitingNotice } from '../../domain/store/destination-queue.ts'
import { notePassedOver } from '../../domain/store/pass-over.ts'
import type { WorkerContext } from '../context.ts'
import { chooseBatch, poisonedAfter } from './choose-batch.ts'
import { type Delivered, giveUp } from './not-taken.ts'

type Untaken = Extract<Delivered, { is: 'untaken' }>

/** Sends notices; `holds`: what stands in the place of the one that Discord does not take. */
export type TrySend = (batch: readonly WaitingNotice[], how?: { holds: boolean }) => Promise<Delivered>

/** What fails for shorter than this, or was tried less often, fails like anything does while Discord is in trouble. */
const stuckAfterS = 600
/** Given up is what was not taken while others were, so many times, the first of them this long ago. */
const timesAtLeast = 3
const passedForS = 600
/** The pause between these. */
const againInS = 300

/** Whether this may be what Discord can't digest, however well it is otherwise. */
export const isStuck = ({ attempts, doubtfulForS }: WaitingNotice): boolean =>
  attempts >= poisonedAfter && (doubtfulForS ?? 0) >= stuckAfterS

/**
 * What Discord can't digest must not keep the others of its channel waiting for days, and none of them may be told before it: a message that holds its
 * place is posted, and edited once Discord takes what belongs there. Gives whether Discord has taken something, so that the others may go on.
 */
export async function passOver(
  context: WorkerContext,
  destination: Destination,
  { batch, untaken, trySend }: { batch: readonly WaitingNotice[]; untaken: Untaken; trySend: TrySend },
): Promise<boolean> {
  const [first, ...others] = batch
  // A digest that is stuck is told one by one.
  if (!first || others.length > 0 || first.attempts + 1 < poisonedAfter) return false
  const on = { context, destination, first, trySend }
  if (first.messageId !== null) return tellOthers(on, untaken)
  if (!isStuck({ ...first, attempts: first.attempts + 1 })) return false
  return first.destinationKind === 'channel' ? holdPlace(on) : giveWay(on)
}

type On = { context: WorkerContext; destination: Destination; first: WaitingNotice; trySend: TrySend }

/** As it is by now: with what Discord may have taken a moment ago. */
async function readAgain({ context, destination, first }: On): Promise<WaitingNotice | null> {
  const head = await readHead(context.db, destination, [])
  return head.find(({ id }) => id === first.id) ?? null
}

async function holdPlace(on: On): Promise<boolean> {
  const again = await readAgain(on)
  if (again === null) return true
  const held = await on.trySend([again], { holds: true })
  if (held.is === 'taken')
    on.context.log.warn({ notice: again.id }, 'Discord takes others and not this, its place is held')
  return held.is === 'taken'
}

/** Its message is there, so that the others may be told before it says what it is to say. */
async function tellOthers({ context, destination, first, trySend }: On, untaken: Untaken): Promise<boolean> {
  const { db, log } = context
  const next = await trySend(chooseBatch(await readHead(db, destination, [first.id])))
  if (next.is !== 'taken') return false
  const passed = await notePassedOver(db, first, againInS)
  if (passed === null || passed.times < timesAtLeast || passed.forS < passedForS) return true
  const about = { notice: first.id, error: untaken.error }
  log.error(about, 'Discord took others many times and not this, given up')
  if (await takeNotices(db, [first], null))
    await giveUp(context, [first], { ...untaken, wasTaken: 'unknown' })
  return true
}

/** In direct messages nothing holds a place: it is tried once more, and not any more once another one was told, so that none follows a later one. */
async function giveWay(on: On): Promise<boolean> {
  const { context, destination, first, trySend } = on
  const { db, log } = context
  const again = await readAgain(on)
  if (again === null) return true
  const still = await trySend([again])
  if (still.is !== 'untaken') return still.is === 'taken'
  if (still.limited) return false
  const next = await trySend(chooseBatch(await readHead(db, destination, [first.id])))
  if (next.is !== 'taken') return false
  log.error({ notice: first.id, error: still.error }, 'Discord takes others and not this, given up')
  if (await takeNotices(db, [again], null)) await giveUp(context, [again], { ...still, wasTaken: 'unknown' })
  return true
}
