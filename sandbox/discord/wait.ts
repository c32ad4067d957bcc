import type { DiscordState } from './state.ts'

/** How often waiting looks again without having been told: the clock, which tests may move, tells nobody. */
const lookAgainMs = 20

/**
 * Resolves with what `look` finds, as soon as it finds something. An error of `look` rejects at once; after
 * `deadlineMs` of real time it rejects with what `late` says.
 */
export function waitUntil<T>(
  state: DiscordState,
  look: () => T | undefined,
  deadlineMs: number,
  late: () => string,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const endsAt = performance.now() + deadlineMs
  const check = () => {
    try {
      const found = look()
      if (found !== undefined) resolve(found)
      else if (performance.now() >= endsAt) reject(new Error(late()))
    } catch (error) {
      reject(error)
    }
  }
  state.changes.on('change', check)
  const timer = setInterval(check, lookAgainMs)
  check()
  return promise.finally(() => {
    clearInterval(timer)
    state.changes.off('change', check)
  })
}
