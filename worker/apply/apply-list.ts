import { DirectoryFailure } from '../../adapters/ldap/failure.ts'
import { modifyLdif } from '../../adapters/ldap/ldif.ts'
import { type Plan, planModify } from '../../domain/rules/plan-modify.ts'
import { retryDelayMs } from '../../domain/rules/retry-delay.ts'
import { type ApplyingChange, type LeasedList } from '../../domain/store/lease-list.ts'
import { markListGone } from '../../domain/store/mark-list-gone.ts'
import { type Outcome, recordOutcomes } from '../../domain/store/record-outcomes.ts'
import type { WorkerContext } from '../context.ts'
import { holdLease, type Lease, LeaseLost } from './hold-lease.ts'
import { readAsPlanned } from './read-as-planned.ts'

/** How often an entry that others keep changing is read again before the changes wait for a while. */
const mostReads = 6

type Attempt = { outcomes: Outcome[]; mirror: { from: string; to: string } | null }

/**
 * Applies the changes in hand to a leased list, then those that came meanwhile. `retryInMs` is null when all is done, else
 * the time after which the postponed changes are due again; `away` says that the directory itself is in trouble, not just
 * this list.
 */
export async function applyList(
  context: WorkerContext,
  list: LeasedList,
  inHand: ApplyingChange[],
): Promise<{ retryInMs: number | null; away: boolean }> {
  const lease = holdLease(context, list)
  try {
    let changes = inHand
    for (;;) {
      const { outcomes, mirror } = await attempt(context, list, changes, lease)
      const recorded = await recordOutcomes(context.db, list, outcomes, {
        mirror,
        observeOnly: context.observeOnly,
      })
      if (recorded.lost) throw new LeaseLost()
      logOutcomes(context, list, outcomes)
      const postponed = outcomes.filter((outcome) => outcome.kind === 'postponed')
      if (postponed.length > 0)
        return {
          retryInMs: Math.min(...postponed.map((outcome) => outcome.inMs)),
          away: postponed.some(({ code }) => code === 'transient' || code === 'unknown-outcome'),
        }
      if (recorded.next.length === 0) return { retryInMs: null, away: false }
      changes = recorded.next
    }
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error
    context.log.warn({ list: list.id }, 'the lease was lost: another worker looks after this list now')
    return { retryInMs: null, away: false }
  } finally {
    lease.letGo()
  }
}

/**
 * Reads the entry, works out the difference from that read, and makes one modify asserted on it. Between the two the lease
 * is confirmed: whoever took it over since writes after our read, and then our assertion fails.
 */
async function attempt(
  context: WorkerContext,
  list: LeasedList,
  changes: ApplyingChange[],
  lease: Lease,
): Promise<Attempt> {
  let last: DirectoryFailure | null = null
  try {
    for (let reads = 0; reads < mostReads; reads += 1) {
      const read = await readAsPlanned(context, list, changes)
      if (read === null) return await listGone(context, list, changes)
      const plan = planModify(read.planned, {
        listClass: context.directory.listClass,
        members: read.members,
        keyOf: context.directory.keyOf,
        placeholder: context.directory.needsPlaceholder ? context.placeholderDn : null,
      })
      if (context.observeOnly) return observed(context, read, plan, changes)
      if (plan.add.length === 0 && plan.remove.length === 0)
        return { outcomes: outcomesOf(changes, plan, read.version, read.version), mirror: null }
      await lease.stillOurs()
      try {
        const version = await context.directory.modifyMembers(read.dn, { ...plan, version: read.version })
        return {
          outcomes: outcomesOf(changes, plan, read.version, version),
          mirror: { from: read.version, to: version },
        }
      } catch (error) {
        if (!(error instanceof DirectoryFailure)) throw error
        if (error.kind === 'permanent') return await oneByOne(context, list, changes, lease, error)
        if (error.kind !== 'recompute') throw error
        // Somebody else changed the entry between our read and our modify: read again, decide anew.
        last = error
      }
    }
    // A value that the server takes for another than we do: no read will ever agree.
    if (last?.code === 16 || last?.code === 20) return await oneByOne(context, list, changes, lease, last)
    return postponed(context, list, changes, last)
  } catch (error) {
    if (error instanceof LeaseLost) throw error
    return postponed(context, list, changes, error)
  }
}

/** One bad value fails alone: the batch is halved until it is found, and the rest goes on. */
async function oneByOne(
  context: WorkerContext,
  list: LeasedList,
  changes: ApplyingChange[],
  lease: Lease,
  failure: DirectoryFailure,
): Promise<Attempt> {
  if (changes.length === 1) {
    const message = `The directory refused this change (code ${failure.code}). Please tell an admin.`
    return {
      outcomes: changes.map((change) => ({
        ...base(change),
        kind: 'failed',
        code: 'DIRECTORY_REFUSED',
        message,
      })),
      mirror: null,
    }
  }
  const middle = Math.ceil(changes.length / 2)
  const first = await attempt(context, list, changes.slice(0, middle), lease)
  const second = await attempt(context, list, changes.slice(middle), lease)
  return { outcomes: [...first.outcomes, ...second.outcomes], mirror: joined(first.mirror, second.mirror) }
}

/** Two steps are one only when nobody else stepped in between: else the mirror waits for the next read. */
function joined(first: Attempt['mirror'], second: Attempt['mirror']): Attempt['mirror'] {
  if (first === null || second === null) return first ?? second
  return first.to === second.from ? { from: first.from, to: second.to } : null
}

async function listGone(
  context: WorkerContext,
  list: LeasedList,
  changes: ApplyingChange[],
): Promise<Attempt> {
  await markListGone(context.db, list.id)
  const message = `The list ${list.name} is no longer in the directory, so nothing was changed.`
  return {
    outcomes: changes.map((change) => ({ ...base(change), kind: 'failed', code: 'LIST_GONE', message })),
    mirror: null,
  }
}

/** Nothing is written: each member is shown their own part, the log shows the whole. */
function observed(
  context: WorkerContext,
  read: { dn: string; version: string },
  plan: Plan,
  changes: ApplyingChange[],
): Attempt {
  const ldifOf = (part: { add: string[]; remove: string[] }) =>
    modifyLdif(read.dn, context.directory.memberAttribute, part.add, part.remove)
  context.log.info({ ldif: ldifOf(plan) }, 'WRITES=off: this would be written')
  const outcomes = outcomesOf(changes, plan, read.version, read.version).map((outcome): Outcome => {
    const planned = plan.outcomes.get(outcome.changeId)
    return planned?.kind === 'modified'
      ? { ...outcome, kind: 'observed', wouldWrite: ldifOf(planned) }
      : outcome
  })
  return { outcomes, mirror: null }
}

function outcomesOf(changes: ApplyingChange[], plan: Plan, readVersion: string, version: string): Outcome[] {
  return changes.map((change) => {
    const planned = plan.outcomes.get(change.id)
    if (!planned) throw new Error(`change ${change.id} was not planned`)
    switch (planned.kind) {
      case 'failed':
        return { ...base(change), kind: 'failed', ...planned.reason }
      case 'found':
        return { ...base(change), kind: 'applied', how: 'found', version: readVersion }
      case 'modified':
        return { ...base(change), kind: 'applied', how: 'modified', version }
    }
  })
}

/** Whatever the directory's trouble is, what was accepted goes back into the queue and is tried again. */
function postponed(
  context: WorkerContext,
  list: LeasedList,
  changes: ApplyingChange[],
  error: unknown,
): Attempt {
  context.log.warn(
    { list: list.id, changes: changes.length, err: error },
    'could not be applied now, will be tried again',
  )
  const code = error instanceof DirectoryFailure ? error.kind : 'unexpected'
  const inMs = retryDelayMs(Math.min(...changes.map((change) => change.attempts)))
  return {
    outcomes: changes.map((change) => ({ ...base(change), kind: 'postponed', inMs, code })),
    mirror: null,
  }
}

const base = (change: ApplyingChange) => ({
  changeId: change.id,
  memberId: change.memberId,
  action: change.action,
  requestId: change.requestId,
})

/** One line for all that ended the same way: each change, and the request that it came with, is found in it. */
function logOutcomes(context: WorkerContext, list: LeasedList, outcomes: Outcome[]): void {
  for (const [kind, same] of Map.groupBy(outcomes, (outcome) => outcome.kind))
    context.log.info(
      {
        list: list.id,
        outcome: kind,
        changes: same.map(({ changeId, requestId }) => ({ change: changeId, requestId })),
      },
      `changes ${kind}: ${same.length}`,
    )
}
