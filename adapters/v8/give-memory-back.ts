import { performance } from 'node:perf_hooks'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const lookEveryMs = 1000
/** The share of the time between two looks in which anything was done at all. */
const idleBelow = 0.1
/** A pause between two requests is not the end of a burst. */
const looksIdle = 3
const worthItFrom = 1.5

/**
 * Gives memory back when the process has nothing to do and its heap has grown by half since the last time. V8 collects when it
 * needs room, and what a burst of work left behind would stay until the next one. Call it once: it looks every second for as
 * long as the process lives, and keeps nothing alive.
 *
 * Each time costs a pause of about 100 ms, and what V8 has learned about the code: the next second's work takes twice as long.
 * With `onlyOnce` just what the start left behind is given back, for a process that answers people.
 */
export function giveMemoryBackWhenIdle({ onlyOnce = false }: { onlyOnce?: boolean } = {}): void {
  const collect = collector()
  let before = performance.eventLoopUtilization()
  let idleFor = 0
  let leftOver = 0
  const looking = setInterval(() => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    idleFor = utilization < idleBelow ? idleFor + 1 : 0
    if (idleFor < looksIdle || heapSize() < leftOver * worthItFrom) return
    collect({ type: 'major', flavor: 'last-resort' })
    leftOver = heapSize()
    if (onlyOnce) clearInterval(looking)
  }, lookEveryMs).unref()
}

/** What V8 has from the system, in bytes, used or not. */
const heapSize = (): number => getHeapStatistics().total_heap_size

/** `last-resort` is the one flavor that returns pages to the system instead of keeping them for later. */
type Collect = (options: { type: 'major'; flavor: 'last-resort' }) => void

/** V8 shows its collector only to a context that was made while this flag was set. */
function collector(): Collect {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as Collect
  setFlagsFromString('--no-expose-gc')
  return collect
}
