import type { FactualKind, IncidentFacts } from '../../domain/contracts/incident-facts.ts'
import { within } from '../../domain/rules/within.ts'
import type { Database } from '../../domain/store/database.ts'
import { poolUse } from '../../domain/store/pool-use.ts'
import { readTroubles, type Troubles } from '../../domain/store/incidents/read-troubles.ts'
import { unreachable } from '../../domain/store/apply/target.ts'
import type { WorkerContext } from '../context.ts'

/** The kinds of trouble that a worker sees by looking, and not by working. */
export const watchedKinds = [
  'postgres-away',
  'directory-away',
  'redis-away',
  'redis-full',
  'jobs-away',
  'pool-exhausted',
  'queue-old',
  'mail-undeliverable',
  'discord-undeliverable',
  'clock-skew',
] as const satisfies readonly FactualKind[]
export type WatchedKind = (typeof watchedKinds)[number]

/** What is known of a trouble apart from how long it lasts. */
export type Seen<Kind extends FactualKind = FactualKind> = Omit<IncidentFacts[Kind], 'sinceS'>

/** Facts of what is wrong, null for what is right; what is not there can't be told at present. */
export type View = { [Kind in WatchedKind]?: Seen<Kind> | null }

const storeWithinMs = 3000
const directoryWithinMs = 3000
const noAnswer = 'no answer'
/** With a slower answer the clocks can't be compared. */
const promptMs = 2000
const skewS = 5

/** A look at everything that a worker leans on. `db` is a connection for nothing else: the others may all be in use. */
export async function lookAround(context: WorkerContext, db: Database): Promise<View> {
  const askedAt = Date.now()
  const [store, directoryReason, directorySkew, redisIsUp, memory, jobsAreUp] = await Promise.all([
    within(storeWithinMs * 2, () => readTroubles(db, storeWithinMs)).then(
      (troubles) => {
        const aheadS = aheadBy(troubles.clockS, askedAt)
        if (aheadS !== undefined) context.straight.noteClock(aheadS * 1000)
        return { troubles, skew: skewOf(aheadS, 'postgres') }
      },
      (error: unknown) => reasonOf(error),
    ),
    reasonOfSilence(context),
    skewOfDirectory(context, askedAt),
    context.redis().then((redis) => redis.healthy()),
    context.redis().then((redis) => redis.memory()),
    context.jobs.healthy(),
  ])
  const isStoreAway = typeof store === 'string'
  return {
    'redis-away': redisIsUp ? null : { reason: noAnswer },
    ...(redisIsUp ? { 'redis-full': isNearlyFull(memory) ? memory : null } : {}),
    // Jobs that are kept in Postgres are away with it.
    ...(isStoreAway && context.jobs.stats().store !== 'mongodb'
      ? {}
      : { 'jobs-away': jobsAreUp ? null : { reason: noAnswer } }),
    'directory-away': directoryOf(directoryReason, isStoreAway ? null : store.troubles),
    ...(isStoreAway
      ? { 'postgres-away': { reason: store } }
      : { ...troublesIn(context, store.troubles), 'clock-skew': worseOf(store.skew, directorySkew) }),
  }
}

/** From then on it is time to look: a little later it refuses new keys. */
const fullShare = 0.8

const isNearlyFull = (memory: { used: number; max: number } | null): boolean =>
  memory !== null && memory.used > memory.max * fullShare

/** Why the directory is of no use to us; null when it answers. */
async function reasonOfSilence({ directory }: WorkerContext): Promise<string | null> {
  if (await directory.healthy()) return null
  return within(directoryWithinMs, () => directory.probe()).then(() => null, reasonOf)
}

function directoryOf(reason: string | null, store: Troubles | null): View['directory-away'] {
  if (store?.pausedCode === unreachable) return { reason: store.pausedReason ?? noAnswer }
  return reason === null ? null : { reason }
}

function troublesIn(context: WorkerContext, store: Troubles): View {
  const { waiting, max } = poolUse(context.db)
  return {
    'postgres-away': null,
    'pool-exhausted': waiting > 0 ? { process: 'worker', waiting, max } : null,
    'queue-old':
      store.queueWaiting > 0 && !context.observeOnly
        ? { oldestS: store.queueOldestS, waiting: store.queueWaiting }
        : null,
    'mail-undeliverable': undeliverable(store.mailCount, store.mailError),
    'discord-undeliverable': withChannel(
      undeliverable(store.noticeCount, store.noticeError),
      store.noticeChannelId,
    ),
  }
}

/** What a mail server says may hold the address. */
const undeliverable = (count: number, error: string | null) =>
  count > 0 ? { count, error: (error ?? 'unknown').replaceAll(/[^\s<>]+@[^\s<>]+/g, '…') } : null

const withChannel = (seen: ReturnType<typeof undeliverable>, channelId: string | null) =>
  seen && { ...seen, channelId }

/** Few servers tell their time; one that does not is taken to be right. */
async function skewOfDirectory({ directory }: WorkerContext, askedAt: number): Promise<View['clock-skew']> {
  const clock = await within(directoryWithinMs, () => directory.readClock()).catch(() => undefined)
  return clock && skewOf(aheadBy(clock.getTime() / 1000, askedAt), 'directory')
}

/** By how many seconds another clock is ahead of ours; undefined where that can't be said. */
function aheadBy(clockS: number, askedAt: number): number | undefined {
  const answeredAt = Date.now()
  return answeredAt - askedAt > promptMs ? undefined : clockS - (askedAt + answeredAt) / 2000
}

const skewOf = (aheadS: number | undefined, from: 'postgres' | 'directory'): View['clock-skew'] =>
  aheadS === undefined ? undefined : Math.abs(aheadS) > skewS ? { skewS: aheadS, from } : null

/** A clock that is wrong counts before one that can't be compared at present, and that before one that is right. */
const worseOf = (one: View['clock-skew'], other: View['clock-skew']): View['clock-skew'] =>
  one || other || (one === undefined || other === undefined ? undefined : null)

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
