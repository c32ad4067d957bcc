import { pause } from '../../domain/rules/pause.ts'
import { ApiRefusal, isPassing } from '../call-api.ts'
import type { Turn } from '../turn.ts'

/** Soon at first, then ever more seldom. */
const pausesMs = [250, 250, 500, 500, 1_000, 1_000, 2_000, 2_000, 5_000]
const longPauseMs = 10_000

/**
 * Looks until there is something to tell, for as long as the reply can be edited. Null when there was nothing till then, or when
 * the member may not look any more; what was accepted stays accepted.
 */
export async function lookUntil<Found>(turn: Turn, look: () => Promise<Found | null>): Promise<Found | null> {
  const last = turn.receivedAt + turn.timing.followForMs
  for (let tries = 0; !turn.stopping.aborted; tries += 1) {
    try {
      const found = await look()
      if (found !== null) return found
    } catch (error) {
      if (error instanceof ApiRefusal && !isPassing(error)) return null
      if (!isPassing(error)) throw error
      turn.log.warn({ err: error }, 'a list can’t be looked at for the moment')
    }
    const pauseMs = pausesMs[tries] ?? longPauseMs
    if (Date.now() + pauseMs > last) return null
    await pause(pauseMs, turn.stopping)
  }
  return null
}

/** What a look gives; null where the API says that there is nothing of that name (any more). */
export async function unlessMissing<Found>(look: Promise<Found>): Promise<Found | null> {
  try {
    return await look
  } catch (error) {
    if (error instanceof ApiRefusal && error.code === 'NOT_FOUND') return null
    throw error
  }
}
