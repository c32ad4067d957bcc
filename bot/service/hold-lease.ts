import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { pause } from '../../domain/rules/pause.ts'
import { createLeaseAsker, type Word } from './ask-for-lease.ts'
import type { BotConfig } from '../config.ts'
import type { BotTiming } from '../turn.ts'

/** Of all bots one answers: the one that has the lease. */
export type Lease = {
  /** Settles when this bot may answer. @throws what keeps it from that: it is somebody else's, or about to end. */
  answering: Promise<void>
  isStandingBy: () => boolean
  isLost: () => boolean
  /** Whether the API does not take this bot's token: it has nothing to say that another bot would not say better. */
  isRefused: () => boolean
  /** Settles, with why, when another bot answers instead of this one. */
  lost: Promise<Error>
  /** Lets another bot answer at once, after `signal` was aborted. */
  giveBack: () => Promise<void>
}

export type Leasing = {
  /** Nothing is asked for before the API has said whose this bot is. */
  introduced: Promise<void>
  timing: BotTiming
  /** Aborted when the bot is about to end. */
  signal: AbortSignal
  log: Logger
}

/** An API that is away keeps no bot from answering: there is nobody then who could give the lease to another one. */
const answersAnywayAfterMs = 3000

/** There is no lease to wait for. */
const givesNone: ReadonlySet<Word> = new Set(['unknown', 'refused'])

/** Asks the API for the lease and holds it; while another bot has it, this one stands by. */
export function holdLease(config: BotConfig, { introduced, timing, signal, log }: Leasing): Lease {
  const ask = createLeaseAsker(config, { token: randomUUID(), log })
  const answering = Promise.withResolvers<void>()
  const lost = Promise.withResolvers<Error>()
  let state: 'starting' | 'standing by' | 'answering' | 'lost' = 'starting'
  let hasHeld = false
  /** Since when another bot has it, for one that began to answer without. */
  let takenSince: number | null = null
  let last: Word | null = null

  const isLost = () => state === 'lost'
  const answer = () => {
    if (state === 'standing by') log.info('no other bot answers any more: this one does from now on')
    state = 'answering'
    answering.resolve()
  }

  const take = (word: Word) => {
    if (word === 'ours') {
      hasHeld = true
      takenSince = null
      if (state !== 'answering') answer()
    } else if (givesNone.has(word) && state === 'starting') answer()
    else if (word === 'taken' && state === 'starting') state = 'standing by'
    else if (word === 'taken' && state === 'answering') {
      takenSince ??= performance.now()
      // A bot that is dead has the lease until it runs out: one that never had it itself waits for so long before it believes in another.
      if (!hasHeld && performance.now() - takenSince <= timing.leaseMs) return
      state = 'lost'
      lost.resolve(new Error('another bot has the lease and answers: this one ends'))
    }
  }

  const run = async () => {
    try {
      await introduced
      while (!signal.aborted) {
        const word = await ask(timing.leaseMs)
        if (word !== last && state !== 'standing by') note(log, word, state === 'answering')
        last = word
        if (signal.aborted) break
        take(word)
        if (isLost()) return
        const untilNextMs =
          word === 'ours' || givesNone.has(word) ? timing.renewLeaseEveryMs : timing.askForLeaseEveryMs
        await pause(untilNextMs, signal)
      }
      signal.throwIfAborted()
    } catch (error) {
      answering.reject(error)
    }
  }

  const timer = setTimeout(() => state === 'starting' && answer(), answersAnywayAfterMs)
  // Whoever waits for it hears of it; nobody has to.
  answering.promise.catch(() => undefined).finally(() => clearTimeout(timer))
  const running = run()
  return {
    answering: answering.promise,
    isStandingBy: () => state === 'standing by',
    isLost,
    isRefused: () => last === 'refused',
    lost: lost.promise,
    giveBack: async () => {
      // What is still on its way would take it again; where no answer came it may have been taken.
      await running
      if (last !== null && last !== 'taken') await ask(0)
    },
  }
}

/** Once for each time that it becomes so. */
function note(log: Logger, word: Word, isAnswering: boolean): void {
  if (word === 'taken')
    log.info(
      isAnswering
        ? 'another bot has the lease'
        : 'another bot answers: this one stands by, and takes over when that one ends',
    )
  else if (word === 'unknown')
    log.warn('the API gives no lease: this bot answers without one. If there are others, they answer too')
  else if (word === 'refused')
    log.warn(
      'the API does not take SERVICE_TOKEN and gives no lease: this bot answers only what no other one does, with an error',
    )
  else if (word === 'silent')
    log.warn('the API does not say which bot is to answer: asked again until it does')
}
