import { setTimeout as delay } from 'node:timers/promises'
import { withDeadline } from './deadline.ts'

const askEveryMs = 1000
const answersWithinMs = 2000
/** A process that was frozen misses one answer, and not so many. */
const unansweredAtMost = 3

/**
 * Asks again and again whether a connection answers, and opens another one when it has not for some seconds; only one that works is given to
 * `take`, so that a server which is away costs no more than the asking. For drivers that may get stuck for good on a server that
 * has long been back. Gives what ends the asking; an opening that is under way then still comes to `take`.
 */
export function renewWhenStuck<Opened>({
  probe,
  open,
  take,
}: {
  probe: () => Promise<void>
  /** Rejects in the end when there is no way. */
  open: () => Promise<Opened>
  take: (opened: Opened) => void
}): () => void {
  const ended = new AbortController()
  const answers = () =>
    withDeadline(probe(), answersWithinMs, 'the probe').then(
      () => true,
      () => false,
    )

  const watch = async (): Promise<void> => {
    let unanswered = 0
    while (!ended.signal.aborted) {
      await delay(askEveryMs, undefined, { ref: false, signal: ended.signal }).catch(() => undefined)
      unanswered = (await answers()) ? 0 : unanswered + 1
      if (unanswered < unansweredAtMost || ended.signal.aborted) continue
      const opened = await open().catch(() => null)
      if (opened === null) continue
      take(opened)
      unanswered = 0
    }
  }
  void watch()
  return () => ended.abort()
}
