import { DirectoryFailure, isUnexplained, withKind } from '../../adapters/ldap/failure.ts'
import { resultCode } from '../../adapters/ldap/result-codes.ts'
import { type ApplyingChange, heavyFrom, type LeasedList } from '../../domain/store/apply/lease-list.ts'
import type { Outcome } from '../../domain/store/apply/record-outcomes.ts'
import type { WorkerContext } from '../context.ts'
import { joined, mostUnexplained, outcomesOf, subjectOf } from './batch-outcomes.ts'
import { findBeyondLimit } from './beyond-limit.ts'
import { endWithList } from './end-with-list.ts'
import { endsByReading, fence } from './fence.ts'
import { type Lease, LeaseLost } from './hold-lease.ts'
import { judgeTrouble, type Trouble } from './judge-trouble.ts'
import { observe } from './observe.ts'
import { type PlannedRead, readAsPlanned } from './read-as-planned.ts'
import { type Progress, writeChanges } from './write-changes.ts'

/** How often an entry that others keep changing is read again before the changes wait for a while. */
const mostReads = 6

/** What some servers say to the removal of a value that is not there. */
const unwilling = resultCode.unwillingToPerform

export type Applied = {
  /** What became of each change. */
  outcomes: Outcome[]
  /** From which version to which the list went by our hand, and nobody else's. */
  mirror: { from: string; to: string } | null
  /** The last version that was read or written. */
  seen: string | null
  /** A modify asserted on this version may still be under way. */
  asserting: string | null
  /** The directory refused us altogether. */
  refused: boolean
}

/**
 * Reads the entry, works out the difference from that read, and makes one modify asserted on it. Between the two the lease
 * is confirmed: whoever took it over since writes after our read, and then our assertion fails. Null when the list turns out to be heavy
 * although the mirror did not say so: nothing was done.
 */
export async function applyBatch(
  context: WorkerContext,
  list: LeasedList,
  changes: readonly ApplyingChange[],
  lease: Lease,
): Promise<Applied | null> {
  const progress: Progress = { written: new Map(), steps: [] }
  /** Beyond the removal limit: they wait for an admin's yes. */
  const held = new Set<string>()
  const open = () => changes.filter(({ id }) => !progress.written.has(id) && !held.has(id))
  let read: PlannedRead | null = null
  let asserting = list.assertingVersion
  const ended = (rest: Outcome[], refused = false): Applied => ({
    outcomes: [...outcomesOf(changes, progress, held), ...rest],
    mirror: joined(progress.steps),
    seen: read?.version || null,
    asserting,
    refused,
  })
  const mostTried = Math.max(...changes.map((change) => change.unexplained))
  /** Why the entry is read again. */
  let last: DirectoryFailure | null = null
  /** The version at which the server would take nobody off. */
  let unwillingAt: string | null = null
  /** Until the server turns out to let nobody fence. */
  let canFence = true
  for (let reads = 0; ; reads += 1) {
    const left = open()
    if (left.length === 0) return ended([])
    try {
      const fresh = await readAsPlanned(context, list, left)
      if (fresh === null) return ended(await endWithList(context, list, left))
      read = fresh
      if (reads === 0 && !list.isHeavy && read.members.size >= heavyFrom) return null
      for (const id of await findBeyondLimit(context, list, read, left, held)) held.add(id)
      if (held.size > 0) read.planned = read.planned.filter(({ id }) => !held.has(id))
      // Its assertion fails by now.
      if (asserting !== read.version) asserting = null
      if (context.observeOnly) {
        const shown = left.filter(({ id }) => !held.has(id))
        return ended(observe(context, read, shown, { isCertain: asserting === null }))
      }
      if (asserting !== null && canFence && reads < mostReads && endsByReading(context, read)) {
        canFence = await fence(context, { read, lease, progress })
        if (canFence) continue
      }
      const isTired = reads >= mostReads
      const isRefusal = (failure: DirectoryFailure) => meansTheChange(failure, { mostTried, isTired })
      await writeChanges({ context, read, lease, progress, isRefusal })
      if (asserting !== read.version) asserting = null
    } catch (error) {
      if (error instanceof LeaseLost) throw error
      const version = read?.version ?? null
      const failure =
        error instanceof DirectoryFailure ? sayAgain(error, open(), version === unwillingAt) : null
      if (failure?.code === unwilling) unwillingAt = version
      if (failure?.kind === 'unknown-outcome') asserting = version
      else if (version !== null && asserting !== version) asserting = null
      if (failure?.kind === 'recompute' && reads < mostReads) {
        // Somebody else changed the entry between our read and our modify: read again, decide anew.
        last = failure
        continue
      }
      const attempts = leastAttempts(open())
      const trouble = await judgeTrouble(context, { list, attempts }, failure ?? error)
      if (failure?.kind === 'unknown-outcome' && trouble.own && last?.kind !== 'unknown-outcome') {
        // It may have been done, and it is answered now: the read tells.
        last = failure
        continue
      }
      const rest = open()
      context.log.warn(
        { list: list.id, changes: rest.length, err: error },
        'could not be applied now, will be tried again',
      )
      return ended(postponed(rest, trouble, failure), trouble.code === 'pause')
    }
  }
}

/** Whether the directory refuses the change itself. `mostTried`: how often one in hand was answered without a reason; `isTired`: of reading again. */
const meansTheChange = (
  failure: DirectoryFailure,
  { mostTried, isTired }: { mostTried: number; isTired: boolean },
): boolean =>
  failure.kind === 'permanent' ||
  (isUnexplained(failure) && mostTried >= mostUnexplained) ||
  // A value that the server takes for another than we do: no read will ever agree.
  (isTired &&
    (failure.code === resultCode.noSuchAttribute || failure.code === resultCode.attributeOrValueExists))

/**
 * Who won't take a member off may have done so already: read again. `isSameVersion`: it was answered so to this version before, so
 * nobody did, and it is us whom the server is unwilling to serve.
 */
function sayAgain(
  failure: DirectoryFailure,
  open: readonly ApplyingChange[],
  isSameVersion: boolean,
): DirectoryFailure {
  if (failure.code !== unwilling || !open.some((change) => change.action === 'unsubscribe')) return failure
  return withKind(failure, isSameVersion ? 'pause' : 'recompute')
}

const leastAttempts = (changes: readonly ApplyingChange[]): number =>
  Math.min(...changes.map((change) => change.attempts))

function postponed(
  changes: readonly ApplyingChange[],
  { code, inMs, own: counts }: Trouble,
  failure: DirectoryFailure | null,
): Outcome[] {
  const unexplained = failure !== null && isUnexplained(failure)
  return changes.map((change) => ({
    ...subjectOf(change),
    kind: 'postponed',
    inMs,
    code,
    counts,
    unexplained,
  }))
}
