import { DirectoryFailure } from '../../adapters/ldap/failure.ts'
import type { MemberModify } from '../../adapters/ldap/write/modify-members.ts'
import { isCsn } from '../../domain/contracts/entry-version.ts'
import {
  isReplaceCheaper,
  type Plan,
  type PlannedChange,
  type PlannedOutcome,
  valuesAfter,
} from '../../domain/rules/plan-modify.ts'
import type { WorkerContext } from '../context.ts'
import type { Lease } from './hold-lease.ts'
import { planRead } from './plan-read.ts'
import type { PlannedRead } from './read-as-planned.ts'

/** How one change ended by what was written, or was there already. */
export type Written =
  | { kind: 'applied'; how: 'modified' | 'found'; version: string }
  | { kind: 'failed'; code: string; message: string }
  | { kind: 'refused'; failure: DirectoryFailure }

/** What has become of changes so far, by their ids, and the versions that the entry went through by our hand. */
export type Progress = { written: Map<string, Written>; steps: { from: string; to: string }[] }

type Writing = {
  context: WorkerContext
  read: PlannedRead
  lease: Lease
  progress: Progress
  /** Whether a failure means the values that were sent, so that it is worth finding out which. */
  isRefusal: (failure: DirectoryFailure) => boolean
}

/**
 * Makes one modify of all the changes, asserted on the version that was read. Values that the server refuses fail alone: a refused modify
 * changes nothing and costs next to nothing, so the batch is halved until the culprit is found, and the rest, of which nothing bad is
 * known, goes into one modify together. The entry is not read again meanwhile: what our own modifies made of it is known.
 * @throws {DirectoryFailure} whatever is no refusal; what was written until then is in `progress`.
 * @throws {LeaseLost}
 */
export async function writeChanges(writing: Writing): Promise<void> {
  const { context, read, progress } = writing
  const plan = planRead(context, read)
  const toWrite: PlannedChange[] = []
  for (const change of read.planned) {
    const outcome = plan.outcomes.get(change.id)
    if (outcome?.kind === 'modified') toWrite.push(change)
    else progress.written.set(change.id, withoutWriting(outcome, read.version))
  }
  if (toWrite.length === 0 || (await write(writing, toWrite, plan))) return
  const untested: PlannedChange[] = []
  await findOne(writing, toWrite, untested)
  if (untested.length > 0 && !(await write(writing, untested))) await halve(writing, untested)
}

function withoutWriting(outcome: PlannedOutcome | undefined, version: string): Written {
  if (outcome?.kind === 'failed') return { kind: 'failed', ...outcome.reason }
  return { kind: 'applied', how: 'found', version }
}

/** One of `some` is refused. Finds it; what lies beside the way there is left in `untested`. */
async function findOne(writing: Writing, some: PlannedChange[], untested: PlannedChange[]): Promise<void> {
  if (some.length === 1) return void (await write(writing, some))
  const middle = Math.ceil(some.length / 2)
  const [first, second] = [some.slice(0, middle), some.slice(middle)]
  if (await write(writing, first)) return findOne(writing, second, untested)
  untested.push(...second)
  if (first.length > 1) await findOne(writing, first, untested)
}

/** Several of `some` are refused: each half on its own. */
async function halve(writing: Writing, some: PlannedChange[]): Promise<void> {
  if (some.length === 1) return
  const middle = Math.ceil(some.length / 2)
  for (const half of [some.slice(0, middle), some.slice(middle)])
    if (!(await write(writing, half))) await halve(writing, half)
}

/** False when they were refused; a single one has failed by that. */
async function write(
  writing: Writing,
  changes: PlannedChange[],
  plan = planRead(writing.context, writing.read, changes),
): Promise<boolean> {
  const { context, read, lease, progress, isRefusal } = writing
  await lease.stillOurs(read.version)
  logWrite(writing, changes)
  try {
    const from = read.version
    const version = await context.directory.modifyMembers(read.dn, await modifyOf(writing, plan))
    progress.steps.push({ from, to: version })
    for (const { id } of changes) progress.written.set(id, { kind: 'applied', how: 'modified', version })
    follow(read, plan, version, context.directory.keyOf)
    return true
  } catch (error) {
    if (!(error instanceof DirectoryFailure) || !isRefusal(error)) throw error
    const [only, ...others] = changes
    if (only && others.length === 0) progress.written.set(only.id, { kind: 'refused', failure: error })
    return false
  }
}

/** Before it is sent: what came of it may never be known here. */
function logWrite({ context, read }: Writing, changes: PlannedChange[]): void {
  const { dn, version } = read
  const asked = changes.map(({ id, requestId }) => ({ change: id, requestId }))
  context.log.info({ dn, version, changes: asked }, `modifying the directory for ${changes.length}`)
}

/**
 * A large change of a large list writes all its values anew. Only where nobody else's change can be overwritten by that: the server asserts
 * the version, and no two states of the entry share one, as they may where it is a time in seconds.
 */
async function modifyOf({ context, read }: Writing, { add, remove }: Plan): Promise<MemberModify> {
  const { directory } = context
  const delta = { add, remove, version: read.version }
  if (!isReplaceCheaper(delta, read.members.size) || !isCsn(read.version)) return delta
  if (!(await directory.capabilities()).assertion) return delta
  return { ...delta, replaceWith: valuesAfter(delta, read.members, directory.keyOf) }
}

/** The entry as it is after our modify. */
function follow(read: PlannedRead, plan: Plan, version: string, keyOf: (value: string) => string): void {
  for (const value of plan.remove) read.members.delete(keyOf(value))
  for (const value of plan.add) read.members.set(keyOf(value), value)
  read.version = version
}
