import { readdirSync, readFileSync } from 'node:fs'

const withinMs = 1000

/**
 * Stops a process where it is, until SIGCONT. The signal alone returns before all threads have stopped, and one of them may still answer:
 * on Linux this waits until every one has.
 */
export function freeze(pid: number): void {
  process.kill(pid, 'SIGSTOP')
  const giveUpAt = performance.now() + withinMs
  while (process.platform === 'linux' && !hasStopped(pid)) {
    if (performance.now() > giveUpAt) throw new Error(`process ${pid} did not stop within ${withinMs} ms`)
  }
}

/** By the state of each thread, the letter after its name in brackets (proc_pid_stat(5)): stopped, or ended. */
function hasStopped(pid: number): boolean {
  const threads = unlessEnded(() => readdirSync(`/proc/${pid}/task`)) ?? []
  return threads.every((thread) => {
    const stat = unlessEnded(() => readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'))
    if (stat === null) return true
    return 'TtZX'.includes(stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3))
  })
}

/** A thread that ends meanwhile has no such files any more. */
function unlessEnded<Found>(look: () => Found): Found | null {
  try {
    return look()
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}
