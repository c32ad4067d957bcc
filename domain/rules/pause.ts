import { setTimeout as delay } from 'node:timers/promises'

/** Waits, and no longer once `until` is aborted. Never throws. */
export const pause = (ms: number, until: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal: until }).catch(() => undefined)
