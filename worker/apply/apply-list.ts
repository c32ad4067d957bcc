import { type ApplyingChange, batchSize, type LeasedList } from '../../domain/store/apply/lease-list.ts'
import { type Outcome, type Recorded, recordOutcomes } from '../../domain/store/apply/record-outcomes.ts'
import { forgetRefusal } from '../../domain/store/apply/refused-lists.ts'
import type { WorkerContext } from '../context.ts'
import { tellOfPauses } from '../targets/tell-of-pauses.ts'
import { untilStoreAnswers } from '../until-store-answers.ts'
import { type Applied, applyBatch } from './apply-batch.ts'
import { subjectOf } from './batch-outcomes.ts'
import { carryOutEntry } from './carry-out-entry.ts'
import { giveBackWhatIsLeft, holdLease, type Lease, LeaseLost } from './hold-lease.ts'
import { tellOfRefusals } from './tell-of-refusals.ts'

/** How a list is left when its lease ends. */
export type LeftList = {
  /** After what time the postponed is due again; null when all is done, or the rest is left to its next lease. */
  retryInMs: number | null
  /** Whether the directory takes what is written to this list, or refuses us altogether, not just one value of ours. */
  met: 'taken' | 'refused' | 'unknown'
}

/**
 * All that is done under one lease of a list: what is due about its entry, or else its changes, those in hand and then those that came
 * meanwhile, as many as one lease has room for.
 */
export async function applyList(
  context: WorkerContext,
  list: LeasedList,
  inHand: ApplyingChange[],
): Promise<LeftList> {
  const lease = holdLease(context, list)
  try {
    const left =
      list.entry === null
        ? await applyChanges(context, list, inHand, lease)
        : await carryOutEntry(context, list, list.entry, lease)
    if (list.isRefusedAlone && left.met === 'taken') {
      await forgetRefusal(context.db, list.id)
      await tellOfPauses(context)
    }
    return left
  } catch (error) {
    if (!(error instanceof LeaseLost)) {
      await giveBackWhatIsLeft(context, list.leaseToken, error)
      throw error
    }
    context.log.warn({ list: list.id }, 'the lease was lost: another worker looks after this list now')
    return { retryInMs: null, met: 'unknown' }
  } finally {
    lease.letGo()
  }
}

async function applyChanges(
  context: WorkerContext,
  list: LeasedList,
  inHand: ApplyingChange[],
  lease: Lease,
): Promise<LeftList> {
  let changes = inHand
  let room = batchSize
  let leased = list
  let isTaken = false
  for (;;) {
    room -= changes.length
    const { applied, recorded } = await applyAndRecord(context, leased, changes, { lease, room })
    const { outcomes, refused } = applied
    if (recorded.lost) throw new LeaseLost()
    logOutcomes(context, list, outcomes)
    context.metrics.changesRecorded(outcomes)
    if (outcomes.some(wasRefused)) await tellOfRefusals(context, list.id)
    const pauses = outcomes.flatMap((outcome) =>
      outcome.kind === 'postponed' && outcome.inMs > 0 && outcome.code !== 'pause' ? outcome.inMs : [],
    )
    isTaken ||= outcomes.some(wasTaken)
    if (pauses.length > 0 || recorded.next.length === 0)
      return {
        retryInMs: pauses.length > 0 ? Math.min(...pauses) : null,
        met: refused ? 'refused' : isTaken ? 'taken' : 'unknown',
      }
    changes = recorded.next
    leased = { ...list, assertingVersion: applied.asserting }
  }
}

async function applyAndRecord(
  context: WorkerContext,
  list: LeasedList,
  changes: readonly ApplyingChange[],
  { lease, room }: { lease: Lease; room: number },
): Promise<{ applied: Applied; recorded: Recorded }> {
  const giveBack = await context.bulkSlot.take(changes.length)
  try {
    const applied = await applyInSlot(context, list, changes, lease)
    const { outcomes, mirror, seen, asserting } = applied
    const { observeOnly } = context
    const recorded = await untilStoreAnswers(context, (isTriedAgain) =>
      recordOutcomes(context.db, list, outcomes, {
        mirror,
        seen,
        asserting,
        room,
        observeOnly,
        isTriedAgain,
      }),
    )
    return { applied, recorded }
  } finally {
    giveBack()
  }
}

/** Lists that turn out heavy ask for the slot as if they were one more lane, and wait this long for it, put off. */
const unforeseenLane = -2
const slotAgainMs = 1000

/** A list whose members the mirror did not know of is seen to be heavy only once it is read. */
async function applyInSlot(
  context: WorkerContext,
  list: LeasedList,
  changes: readonly ApplyingChange[],
  lease: Lease,
): Promise<Applied> {
  const applied = await applyBatch(context, list, changes, lease)
  if (applied !== null) return applied
  const giveBack = context.heavySlot.take(unforeseenLane)
  if (giveBack === null) return putOff(list, changes)
  try {
    const appliedAgain = await applyBatch(context, { ...list, isHeavy: true }, changes, lease)
    if (appliedAgain === null) throw new Error('a heavy list was taken for a light one')
    return appliedAgain
  } finally {
    giveBack()
  }
}

function putOff({ assertingVersion: asserting }: LeasedList, changes: readonly ApplyingChange[]): Applied {
  const postponed = { kind: 'postponed', inMs: slotAgainMs, code: 'slot', counts: false } as const
  const outcomes = changes.map((change): Outcome => ({ ...subjectOf(change), ...postponed }))
  return { outcomes, mirror: null, seen: null, asserting, refused: false }
}

const wasRefused = (outcome: Outcome): boolean => outcome.kind === 'failed' && outcome.refusal !== undefined

/** Something was written, or would be with WRITES=on. */
const wasTaken = (outcome: Outcome): boolean =>
  outcome.kind === 'observed' || (outcome.kind === 'applied' && outcome.how === 'modified')

/** One line for all that ended the same way: each change, and the request that it came with, is found in it. */
function logOutcomes(context: WorkerContext, list: LeasedList, outcomes: Outcome[]): void {
  for (const [kind, same] of Map.groupBy(outcomes, (outcome) => outcome.kind))
    context.log.info(
      {
        list: list.id,
        outcome: kind,
        changes: same.map(({ changeId, requestId }) => ({ change: changeId, requestId })),
      },
      `changes ${kind}: ${same.length}`,
    )
}
