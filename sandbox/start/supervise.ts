import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { type Environment, exitConfig } from '../../domain/contracts/read-environment.ts'
import { guardAgainstOurDeath } from '../child.ts'
import { nodeFlags } from '../node-flags.ts'
import type { ProcessName } from './log-line.ts'

export type SupervisedOptions = {
  name: ProcessName
  /** Where `name/main.ts` is. */
  root: string
  environment: Environment
  onLine: (raw: string) => void
  /** Told in a sentence when it ended by itself and what happens next. */
  onNews: (sentence: string) => void
}

export type Supervised = {
  readonly name: ProcessName
  /** Of the process that runs now; null in the pause before the next one. */
  readonly pid: number | null
  /** Settles when it refused its configuration: starting it again would not help. */
  readonly refused: Promise<void>
  stop(): Promise<void>
}

const longestPauseMs = 15_000
/** After so long it counts as having worked, and the pauses begin small again. */
const steadyMs = 30_000
/** The processes give themselves up to 15 s to finish what is in hand. */
const stopWithinMs = 17_000

/** Runs one of the three processes, and starts it again, after a pause, whenever it ends by itself. */
export function supervise(options: SupervisedOptions): Supervised {
  const { name, onNews } = options
  const stopping = new AbortController()
  const refused = Promise.withResolvers<void>()
  let child: ChildProcess | null = null

  const run = async () => {
    for (let pauseMs = 1000, isFirst = true; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      const startedAt = Date.now()
      child = launch(options)
      if (!isFirst) onNews(`${name} is started again (process ${child.pid ?? '?'}).`)
      isFirst = false
      const how = await endOf(child)
      child = null
      if (stopping.signal.aborted) return
      if (how.code === exitConfig) return refused.resolve()
      if (Date.now() - startedAt > steadyMs) pauseMs = 1000
      onNews(`${name} ended by itself (${how.text}). It is started again in ${pauseMs / 1000} s.`)
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
    }
  }
  const ended = run()

  return {
    name,
    get pid() {
      return child?.pid ?? null
    },
    refused: refused.promise,
    async stop() {
      stopping.abort()
      child?.kill('SIGTERM')
      const force = setTimeout(() => {
        onNews(`${name} does not end; it is ended by force.`)
        child?.kill('SIGKILL')
      }, stopWithinMs)
      await ended.finally(() => clearTimeout(force))
    },
  }
}

/**
 * Compiling what it imports is half of what the start of a process costs, so that is kept: beside the packages, where it serves a
 * throwaway start too and goes with them, and not in `.data`, since it is nobody's data. Node compares each piece with its source,
 * writes it whole or not at all, and does without where it can't.
 */
const compileCache = 'node_modules/.cache/compiled'

/** In a group of its own: Ctrl-C in the terminal reaches only us, and we stop everything in the right order. */
function launch({ name, root, environment, onLine }: SupervisedOptions): ChildProcess {
  const child = spawn(process.execPath, [...nodeFlags, `${name}/main.ts`], {
    cwd: root,
    env: { NODE_COMPILE_CACHE: join(root, compileCache), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', onLine)
  if (child.pid !== undefined) {
    const guard = guardAgainstOurDeath(child.pid, 'SIGTERM')
    child.once('exit', () => guard.kill('SIGKILL'))
  }
  return child
}

async function endOf(child: ChildProcess): Promise<{ code: number | null; text: string }> {
  try {
    // `close` comes after the last of its words.
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    return { code, text: signal === null ? `exit code ${code}` : `signal ${signal}` }
  } catch (error) {
    return { code: null, text: error instanceof Error ? error.message : String(error) }
  }
}
