import { setTimeout as delay } from 'node:timers/promises'
import { expireHolds } from '../../domain/store/holds/expire-holds.ts'
import { readHold } from '../../domain/store/holds/read-holds.ts'
import { takeTurn, type Turn } from '../../domain/store/take-turn.ts'
import type { WorkerContext } from '../context.ts'
import { unlinkGone } from '../links/unlink-gone.ts'
import { lookOnceForAll } from '../look-once.ts'
import { announceHolds } from './announce-holds.ts'

const turnMs = 30_000
const tries = 50
const betweenTriesMs = 100

type Looking = Pick<WorkerContext, 'db' | 'log' | 'alertTo' | 'siteTimeZone' | 'syncIntervalS'>

/**
 * Ends what waited for an admin too long, and tells of what waits. One worker at a time, so that what all of them hear is told once;
 * whoever finds no turn leaves it to the next sweep.
 * @throws whatever Postgres throws.
 */
export async function lookAtHolds(context: Looking): Promise<void> {
  for (let tried = 0; tried < tries; tried += 1) {
    const turn = await takeTurn(context.db, 'holds', turnMs)
    if (turn !== null) return lookOnce(context, turn)
    await delay(betweenTriesMs)
  }
}

async function lookOnce(context: Looking, turn: Turn): Promise<void> {
  try {
    await expireHolds(context.db)
    await announceHolds(context)
  } finally {
    await turn.giveBack()
  }
}

/**
 * What a worker does when it hears of a hold (NOTIFY hold): looks once for all that it heard meanwhile. Where an admin says that people
 * have left indeed, what follows for their links need not wait for the clock.
 */
export function createHoldEar(context: Looking): (holdId: string) => Promise<void> {
  const look = lookOnceForAll(() => lookAtHolds(context))
  return async (holdId) => {
    await look()
    const hold = await readHold(context.db, holdId)
    if (hold?.kind === 'people-gone' && hold.state === 'approved') await unlinkGone(context)
  }
}
