import type { IncidentFacts } from '../../domain/contracts/incident-facts.ts'
import type { Database, DatabaseOrTransaction, Transaction } from '../../domain/store/database.ts'
import { raiseAlert } from '../../domain/store/incidents/raise-alert.ts'
import { knownLocale } from '../../domain/store/installation/read-locale.ts'
import { readLastingForS, wasOverWithin } from '../../domain/store/incidents/read-incidents.ts'
import { wordIncident } from '../../texts/incident-alert.ts'
import type { WorkerContext } from '../context.ts'
import { endWhatIsOver, type Unended } from './end-what-is-over.ts'
import { takeBackDoubles } from './take-back-doubles.ts'
import { lookAround, type View, type WatchedKind, watchedKinds } from './look-around.ts'

/** These have waited long enough by the time that they are seen. */
const immediate: ReadonlySet<WatchedKind> = new Set([
  'queue-old',
  'mail-undeliverable',
  'discord-undeliverable',
])

const longestPauseMs = 5000
/** While trouble lasts, that is said again so often. */
const sayAgainMs = 60_000
/** Where nobody could be told, it is tried again sooner. */
const tryAgainMs = 10_000
/** So much later than another one, a worker whose look takes its time may notice that something is over. */
const settlesWithinS = 10

/** How long ago, by a clock that nobody sets, trouble was first seen, and when it was last told of. */
type Memory = { since: number; raisedAt: number | null }

type Memories = { lasting: Map<WatchedKind, Memory>; unended: Unended }

/**
 * Looks again and again at what the workers lean on. What is away for longer than `alertAfterS` is told of once among all workers,
 * and ended when it is back. Each worker looks for itself: one that is cut off from something is trouble too. `db` is for looking.
 */
export function startWatching(context: WorkerContext, db: Database): { stop: () => Promise<void> } {
  const memories: Memories = { lasting: new Map(), unended: new Map() }
  const pauseMs = Math.max(200, Math.min(longestPauseMs, (context.alertAfterS * 1000) / 3))
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> = Promise.resolve()
  const next = () => {
    if (context.stopping.aborted) return
    // On that connection too: whatever keeps the others busy may be the trouble.
    looking = watchOnce({ ...context, db }, memories, () => lookAround(context, db))
      .catch((error: unknown) => context.log.warn({ err: error }, 'a look at what we lean on failed'))
      .then(() => {
        timer = setTimeout(next, pauseMs).unref()
      })
  }
  next()
  return {
    stop: async () => {
      await looking
      clearTimeout(timer)
    },
  }
}

async function watchOnce(
  context: WorkerContext,
  { lasting, unended }: Memories,
  look: () => Promise<View>,
): Promise<void> {
  let view = await look()
  remember(lasting, view)
  // Before the first word: a look that took its time, or a process that was frozen, shows what was and not what is.
  if (watchedKinds.some((kind) => isFirstWordDue(context, lasting.get(kind)))) {
    view = await look()
    remember(lasting, view)
  }
  const lookedAt = performance.now()
  const over = watchedKinds.filter((kind) => view[kind] === null)
  for (const kind of over) {
    if ((lasting.get(kind)?.raisedAt ?? null) !== null) unended.set(kind, lookedAt)
    lasting.delete(kind)
  }
  for (const kind of watchedKinds) {
    const [memory, facts] = [lasting.get(kind), view[kind]]
    if (memory !== undefined && facts !== undefined && facts !== null && isToBeSaid(context, kind, memory))
      await say(context, kind, facts, memory, view['postgres-away'] === null)
  }
  if (view['postgres-away'] !== null) return
  await endWhatIsOver(context, { over, lookedAt, unended })
  await takeBackDoubles(context)
}

function remember(lasting: Map<WatchedKind, Memory>, view: View): void {
  for (const kind of watchedKinds)
    if (view[kind] && !lasting.has(kind)) lasting.set(kind, { since: performance.now(), raisedAt: null })
}

const lastsLong = ({ alertAfterS }: WorkerContext, { since }: Memory): boolean =>
  performance.now() - since >= alertAfterS * 1000

const isFirstWordDue = (context: WorkerContext, memory: Memory | undefined): boolean =>
  memory !== undefined && memory.raisedAt === null && lastsLong(context, memory)

function isToBeSaid(context: WorkerContext, kind: WatchedKind, memory: Memory): boolean {
  if (memory.raisedAt !== null) return performance.now() - memory.raisedAt >= sayAgainMs
  return immediate.has(kind) || lastsLong(context, memory)
}

async function say<Kind extends WatchedKind>(
  context: WorkerContext,
  kind: Kind,
  facts: NonNullable<View[Kind]>,
  memory: Memory,
  hasStore: boolean,
): Promise<void> {
  const isFirst = memory.raisedAt === null && hasStore && !immediate.has(kind)
  if (isFirst && (await isOverElsewhere(context.db, context, kind))) return
  // A worker that has started since then saw none of the beginning.
  const toldForS = hasStore ? await readLastingForS(context.db, kind) : 0
  memory.raisedAt = performance.now()
  const sinceS = Math.max(toldForS, (performance.now() - memory.since) / 1000)
  context.log.warn({ incident: kind, facts }, 'trouble that admins are told of')
  const words = wordIncident(
    kind,
    { ...facts, sinceS } as unknown as IncidentFacts[Kind],
    await knownLocale(context.db),
    context.siteTimeZone,
  )
  // What is watched for has one incident of each kind, whose key is the kind.
  const alert = { key: kind, kind, ...words }
  // Asked once more where no other worker can end it meanwhile.
  const forgetIfOver = async (tx: Transaction) => {
    const isOver = await isOverElsewhere(tx, context, kind)
    if (isOver) memory.raisedAt = null
    return !isOver
  }
  if (hasStore) await raiseAlert(context, isFirst ? { ...alert, isNews: forgetIfOver } : alert)
  else if (!(await context.straight.say(alert))) memory.raisedAt = performance.now() - sayAgainMs + tryAgainMs
}

/** To another worker it is over already: what this one sees is the end of it, or will still be there after a while. */
const isOverElsewhere = (db: DatabaseOrTransaction, { alertAfterS }: WorkerContext, kind: WatchedKind) =>
  wasOverWithin(db, kind, Math.max(alertAfterS, settlesWithinS))
