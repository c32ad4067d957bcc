import { DirectoryFailure } from '../../adapters/ldap/failure.ts'
import type { LastingTrouble } from '../../domain/rules/lasting-trouble.ts'
import { probeDelayMs } from '../../domain/rules/retry-delay.ts'
import { leaseForTrial } from '../../domain/store/apply/lease-list.ts'
import { newId } from '../../domain/store/new-id.ts'
import { markRefusedAlone } from '../../domain/store/apply/refused-lists.ts'
import {
  keepPaused,
  type PausedTarget,
  type PauseReason,
  readTarget,
  resumeTarget,
  takeProbe,
  unreachable,
} from '../../domain/store/apply/target.ts'
import { readTrialLists, type TrialList } from '../../domain/store/apply/trial-lists.ts'
import { applyList, type LeftList } from '../apply/apply-list.ts'
import { giveBackWhatIsLeft } from '../apply/hold-lease.ts'
import type { WorkerContext } from '../context.ts'
import { tellOfPauses } from './tell-of-pauses.ts'

/**
 * Probes a paused target, if that is due and no other worker does. One that was away is resumed once it answers. One that refused us may
 * answer a probe and go on refusing: it is resumed once it takes the changes of a list. `trouble`: of this pause.
 */
export async function probeTarget(
  context: WorkerContext,
  name: string,
  trouble: LastingTrouble,
): Promise<void> {
  const { db, log } = context
  const target = await takeProbe(db, name)
  if (target === null) return
  const met = await meet(context, target)
  if ('resumed' in met) {
    const { refusedAlone } = met.resumed
    if (refusedAlone !== null) await markRefusedAlone(db, refusedAlone, await whyPaused(context, target))
    await resumeTarget(db, target, { except: refusedAlone === null ? [] : [refusedAlone] })
    log.info({ target: name, refusedAlone }, 'the target takes changes again')
    await tellOfPauses(context)
    return
  }
  const why = met.paused ?? (await whyPaused(context, target))
  const probeInMs = probeDelayMs(target.probes, { unreachable: why.code === unreachable })
  await keepPaused(db, target, { met: met.paused, probeInMs })
  trouble.met(`${why.code} ${why.reason}`, () =>
    log.warn({ target: name, ...why, probeInMs }, 'the target is still paused'),
  )
  if (target.probes === 1 || why.code !== target.code) await tellOfPauses(context, name)
}

/** `paused` is null where it is for the reason on record. */
type Met = { paused: PauseReason | null } | { resumed: { refusedAlone: string | null } }

const resumed: Met = { resumed: { refusedAlone: null } }

async function meet(context: WorkerContext, target: PausedTarget): Promise<Met> {
  try {
    await context.directory.probe()
  } catch (error) {
    if (!(error instanceof DirectoryFailure)) throw error
    const code = error.kind === 'pause' ? String(error.code) : unreachable
    return { paused: { code, reason: error.message } }
  }
  return target.code === unreachable ? resumed : tryLists(context, target)
}

/**
 * First the list that was refused: once that is taken, all is well. If it is not, another one is tried: should only the first be
 * refused, the others go on, and it is tried again by and by. What ends in any other way tells nothing.
 */
async function tryLists(context: WorkerContext, target: PausedTarget): Promise<Met> {
  const { observeOnly } = context
  const { refused, other } = await readTrialLists(context.db, target.name, { observeOnly })
  if (refused === null && other === null) return resumed
  const first = refused === null ? 'unknown' : await tryList(context, refused)
  if (first === 'taken') return resumed
  if (other === null || (await tryList(context, other)) !== 'taken') return { paused: null }
  return { resumed: { refusedAlone: first === 'refused' && refused !== null ? refused.id : null } }
}

/** Trials ask for the slot of heavy lists as if they were one more lane. */
const trialLane = -1

async function tryList(context: WorkerContext, { id: listId, busy }: TrialList): Promise<LeftList['met']> {
  if (busy) return 'unknown'
  const { db, heavySlot, leaseMs, observeOnly } = context
  const giveBack = heavySlot.take(trialLane)
  try {
    const token = newId()
    const leased = await leaseForTrial(db, {
      listId,
      leaseMs,
      observeOnly,
      light: giveBack === null,
      token,
    }).catch(async (error: unknown) => {
      // It may have been leased all the same.
      await giveBackWhatIsLeft(context, token, error)
      throw error
    })
    if (leased === null) return 'unknown'
    if (!leased.list.isHeavy) giveBack?.()
    const { met } = await applyList(context, leased.list, leased.changes)
    return met
  } finally {
    giveBack?.()
  }
}

/** A trial that was refused for another reason has put that on record. */
async function whyPaused({ db }: WorkerContext, { name, code, reason }: PausedTarget): Promise<PauseReason> {
  const now = await readTarget(db, name)
  return now?.why ?? { code, reason }
}
