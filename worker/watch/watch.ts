import type { IncidentFacts } from '../../domain/contracts/incident-facts.ts'
import type { Database, DatabaseOrTransaction, Transaction } from '../../domain/store/database.ts'
import { endAlerts } from '../../domain/store/end-alerts.ts'
import { raiseAlert } from '../../domain/store/raise-alert.ts'
import { knownLocale } from '../../domain/store/read-locale.ts'
import { wasOverWithin } from '../../domain/store/read-incidents.ts'
import { wordIncident } from '../../texts/incident-alert.ts'
import type { WorkerContext } from '../context.ts'
import { takeBackDoubles } from './take-back-doubles.ts'
import { lookAround, type View, type WatchedKind, watchedKinds } from './look-around.ts'

/** These have waited long enough by the time that they are seen. */
const immediate: ReadonlySet<WatchedKind> = new Set([
  'queue-old',
  'mail-undeliverable',
  'discord-undeliverable',
])

const longestPauseMs = 5000
/** While trouble lasts, that is said again so often; who says nothing for longer is gone, and others may end what they see over. */
const sayAgainMs = 60_000
/** Where nobody could be told, it is tried again sooner. */
const tryAgainMs = 10_000
const quietForS = 180
/** So much later than another one, a worker whose look takes its time may notice that something is over. */
const settlesWithinS = 10

/** How long ago, by a clock that nobody sets, trouble was first seen, and when it was last told of. */
type Memory = { since: number; raisedAt: number | null }

/**
 * Looks again and again at what the workers lean on. What is away for longer than `alertAfterS` is told of once among all workers,
 * and ended when it is back. Each worker looks for itself: one that is cut off from something is trouble too. `db` is for looking.
 */
export function startWatching(context: WorkerContext, db: Database): { stop: () => Promise<void> } {
  const memories = new Map<WatchedKind, Memory>()
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
  memories: Map<WatchedKind, Memory>,
  look: () => Promise<View>,
): Promise<void> {
  let view = await look()
  remember(memories, view)
  // Before the first word: a look that took its time, or a process that was frozen, shows what was and not what is.
  if (watchedKinds.some((kind) => isFirstWordDue(context, memories.get(kind)))) {
    view = await look()
    remember(memories, view)
  }
  const over = watchedKinds.filter((kind) => view[kind] === null)
  // What nobody was told of is over with that; the rest is remembered until it is ended on record.
  for (const kind of over) if (memories.get(kind)?.raisedAt === null) memories.delete(kind)
  for (const kind of watchedKinds) {
    const [memory, facts] = [memories.get(kind), view[kind]]
    if (memory !== undefined && facts !== undefined && facts !== null && isToBeSaid(context, kind, memory))
      await say(context, kind, facts, memory, view['postgres-away'] === null)
  }
  if (view['postgres-away'] !== null) return
  const now = performance.now()
  const takenOver = await context.straight.takeOver()
  for (const kind of over) if (takenOver.includes(kind)) memories.set(kind, { since: now, raisedAt: now })
  const ours = over.filter((kind) => memories.has(kind))
  const others = over.filter((kind) => !memories.has(kind))
  if (await endAlerts(context, ours)) for (const kind of ours) memories.delete(kind)
  await endAlerts(context, others, 'over', quietForS)
  await takeBackDoubles(context)
}

function remember(memories: Map<WatchedKind, Memory>, view: View): void {
  for (const kind of watchedKinds)
    if (view[kind] && !memories.has(kind)) memories.set(kind, { since: performance.now(), raisedAt: null })
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
  const sinceS = (performance.now() - memory.since) / 1000
  const isFirst = memory.raisedAt === null && hasStore && !immediate.has(kind)
  if (isFirst && (await isOverElsewhere(context.db, context, kind))) return
  memory.raisedAt = performance.now()
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
