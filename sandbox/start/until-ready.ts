import { setTimeout as delay } from 'node:timers/promises'
import { chosen } from '../../domain/contracts/environment.ts'
import { type Environment, readEnvironment } from '../../domain/contracts/read-environment.ts'
import { readHealth } from '../../domain/store/installation/read-health.ts'
import type { ProcessName } from './log-line.ts'
import type { Progress } from './progress.ts'
import type { Supervised } from './supervise.ts'
import { withDatabase } from './with-database.ts'

/** One of the processes has said what is wrong with its configuration. */
export class ConfigRefused extends Error {
  override readonly name = 'ConfigRefused'
}

export type Ready = {
  processes: Supervised[]
  /** Where each of them answers `/healthz`. */
  urls: Record<ProcessName, string>
  environment: Environment
  lastWords: (name: ProcessName) => string[]
  progress: Progress
  stopping: AbortSignal
}

/**
 * Waits until all three work and the directory has been read.
 * @throws {ConfigRefused} when one of them can't start with what it was told, and {Error} when one does not come up.
 */
export async function untilReady({ processes, ...waiting }: Ready): Promise<void> {
  const refused = new AbortController()
  for (const { name, refused: refusal } of processes)
    void refusal.then(() =>
      refused.abort(new ConfigRefused(`${name} can’t start with what is set: see above.`)),
    )
  const giveUp = AbortSignal.any([waiting.stopping, refused.signal])
  const { urls, progress } = waiting
  const up = (name: ProcessName) => untilUp(name, { ...waiting, giveUp })
  const pidOf = (name: ProcessName) => `process ${processes.find((one) => one.name === name)?.pid ?? '?'}`
  const reading = 'still reading the directory, commands answer when it is done'
  const worker = async () => {
    await up('worker')
    return hasRead(waiting.environment, giveUp)
  }
  await Promise.all([
    progress(
      'api',
      () => up('api'),
      () => `${urls.api}, ${pidOf('api')}`,
    ),
    progress(
      'worker',
      worker,
      (isDone) => `${isDone ? 'has read the directory' : reading}, ${pidOf('worker')}`,
    ),
    progress(
      'bot',
      () => up('bot'),
      (how) => `${how === 'standing by' ? standingBy : 'is in Discord'}, ${pidOf('bot')}`,
    ),
  ])
}

const standingBy = 'stands by: another bot of this database answers in Discord, until it ends'

const startWithinMs = 60_000
/** Longer than the lease of a bot that was killed. */
const standsByForMs = 20_000
const lookEveryMs = 50

async function untilUp(
  name: ProcessName,
  { urls, lastWords, giveUp }: Omit<Ready, 'processes'> & { giveUp: AbortSignal },
): Promise<'up' | 'standing by'> {
  const startedAt = performance.now()
  const giveUpAt = startedAt + startWithinMs
  for (;;) {
    const how = await ask(urls[name])
    if (how === 'up' || (how === 'standing by' && performance.now() - startedAt > standsByForMs)) return how
    giveUp.throwIfAborted()
    if (performance.now() > giveUpAt)
      throw new Error(
        `${name} was not ready within ${startWithinMs / 1000} s. The last that it said:\n${lastWords(name).join('\n')}`,
      )
    await delay(lookEveryMs)
  }
}

async function ask(url: string): Promise<'up' | 'standing by' | 'down'> {
  return fetch(`${url}/healthz`).then(
    async (answer) => {
      if (!answer.ok) return 'down'
      return (await answer.text()).includes('standing by') ? 'standing by' : 'up'
    },
    () => 'down',
  )
}

/** A big directory takes its time, and there is enough to look at meanwhile. */
const readWithinMs = 20_000

async function hasRead(environment: Environment, giveUp: AbortSignal): Promise<boolean> {
  const values = readEnvironment(chosen('DATABASE_URL', 'SYNC_INTERVAL_S'), environment)
  const giveUpAt = performance.now() + readWithinMs
  return withDatabase(values.DATABASE_URL, async (db) => {
    while (performance.now() < giveUpAt) {
      // As the API judges it.
      const { mirror } = await readHealth(db, { migrations: [], mirrorMaxAgeS: 2 * values.SYNC_INTERVAL_S })
      if (mirror === 'up') return true
      giveUp.throwIfAborted()
      await delay(lookEveryMs)
    }
    return false
  })
}
