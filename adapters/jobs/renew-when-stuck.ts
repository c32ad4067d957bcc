import { setTimeout as delay } from 'node:timers/promises'
import { withDeadline } from './deadline.ts'

const askEveryMs = 1000
const probeWithinMs = 2000
/** A process that was frozen misses one answer, and not so many. */
const unansweredAtMost = 3

/**
 * Asks again and again whether a connection answers, and opens another one when it has not for some seconds: for drivers that may get stuck for
 * good on a server that has long been back. `take` gets what was opened only where the one before still gives no answer, else `discard`
 * does: a server that is away, or merely back again, costs no more than the asking.
 * Gives what ends the asking; an opening that is under way then is discarded.
 */
export function renewWhenStuck<Opened>({
  probe,
  open,
  take,
  discard,
}: {
  probe: () => Promise<void>
  /** Rejects in the end when there is no way. */
  open: () => Promise<Opened>
  take: (opened: Opened) => void
  discard: (opened: Opened) => void
}): () => void {
  const ended = new AbortController()
  const answers = () =>
    withDeadline(probe(), probeWithinMs, 'the probe').then(
      () => true,
      () => false,
    )

  const renew = async (): Promise<void> => {
    if (ended.signal.aborted) return
    const opened = await open().catch(() => null)
    if (opened === null) return
    if ((await answers()) || ended.signal.aborted) discard(opened)
    else take(opened)
  }

  const watch = async (): Promise<void> => {
    let unanswered = 0
    for (;;) {
      await delay(askEveryMs, undefined, { ref: false, signal: ended.signal }).catch(() => undefined)
      if (ended.signal.aborted) return
      unanswered = (await answers()) ? 0 : unanswered + 1
      if (unanswered >= unansweredAtMost) await renew()
    }
  }
  void watch()
  return () => ended.abort()
}
