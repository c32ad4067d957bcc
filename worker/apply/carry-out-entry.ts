import { setTimeout as delay } from 'node:timers/promises'
import { DirectoryFailure, isUnexplained } from '../../adapters/ldap/failure.ts'
import { renamedListDn } from '../../adapters/ldap/list-dn.ts'
import type { DueEntry, LeasedList } from '../../domain/store/lease-list.ts'
import {
  type EntryOperation,
  putEntryOff,
  readUncreated,
  recordCreated,
  recordDeleted,
  recordEdited,
  recordEditFailed,
  recordEntryFailed,
  recordEntryObserved,
  recordFound,
} from '../../domain/store/list-entry.ts'
import type { ListRead } from '../../domain/contracts/directory.ts'
import type { Database } from '../../domain/store/database.ts'
import { endAlerts } from '../../domain/store/end-alerts.ts'
import { takeTurn, type Turn } from '../../domain/store/take-turn.ts'
import { entryFailedIncident, wasNameRefused } from '../../domain/store/untold-entry-failures.ts'
import type { WorkerContext } from '../context.ts'
import { isMadeByUs } from '../sync/made-here.ts'
import type { Turn as ListTurn } from './apply-list.ts'
import { entryAlreadyExists, findById, findInPlace, findOwn, mayBeAt, nameTaken } from './find-entry.ts'
import { type Lease, LeaseLost } from './hold-lease.ts'
import { judgeAbsence } from './judge-absence.ts'
import { judgeTrouble } from './judge-trouble.ts'
import { tellOfFailedEntries } from './tell-of-failed-entries.ts'

/** So often it may be refused without a reason, or for one that may pass, before it has failed for good. */
const mostRefusals = 8

/** Another tool was at the entry between our read and our write: that says nothing against ours, however often. */
const assertionFailed = 122

/** How long a worker that dies keeps others from creating, and how soon to look again whether it is our turn. */
const turnMs = 30_000
const othersTurnMs = 100

const operations: Readonly<Record<DueEntry['state'], EntryOperation>> = {
  creating: 'create',
  active: 'edit',
  deleting: 'delete',
}

/** A leased list whose entry is to be made, edited or deleted. */
type Task = { context: WorkerContext; list: LeasedList; entry: DueEntry; lease: Lease }

/**
 * Makes, edits or deletes a list's entry. Each step may run twice: one that a worker did and could not record is found done by the next.
 * @throws {LeaseLost}
 */
export async function carryOutEntry(
  context: WorkerContext,
  list: LeasedList,
  entry: DueEntry,
  lease: Lease,
): Promise<ListTurn> {
  const operation = operations[entry.state]
  if (context.observeOnly) {
    const { wantedName, wantedDescription } = entry
    const would = { list: list.name, operation, wantedName, wantedDescription }
    context.log.info(would, 'WRITES=off: this entry would be written')
    return recorded(await recordEntryObserved(context.db, list))
  }
  try {
    const task = { context, list, entry, lease }
    const held = await { create, edit, delete: remove }[operation](task)
    if (!held) throw new LeaseLost()
    context.log.info({ list: list.id, operation }, 'the entry is as it was wanted')
    await endAlerts(context, await failuresOf(context.db, list))
    return recorded(held)
  } catch (error) {
    if (error instanceof LeaseLost) throw error
    if (isForGood(error, entry)) {
      const held = await fail({ context, list, entry, lease }, operation, error)
      return recorded(held, 'unknown')
    }
    const trouble = await judgeTrouble(context, { list, attempts: entry.attempts }, error)
    context.log.warn(
      { list: list.id, operation, err: error },
      'could not be written now, will be tried again',
    )
    const problem = error instanceof Error ? error.message : String(error)
    const { inMs, own: counts } = trouble
    const refused = counts && mayBeRefused(error)
    recorded(await putEntryOff(context.db, list, { inMs, counts, refused, problem }))
    return {
      retryInMs: trouble.own ? trouble.inMs : null,
      met: trouble.code === 'pause' ? 'refused' : 'unknown',
    }
  }
}

function recorded(held: boolean, met: ListTurn['met'] = 'taken'): ListTurn {
  if (!held) throw new LeaseLost()
  return { retryInMs: null, met }
}

/**
 * What is over now: the list's own, and those of lists of its name that could not be created. Not that it could not be renamed, by being
 * described.
 */
async function failuresOf(db: Database, list: LeasedList): Promise<string[]> {
  const isDescribed = list.entry?.state === 'active' && list.entry.wantedName === null
  const lasts = isDescribed && (await wasNameRefused(db, list.id)) ? 'edit' : null
  const own = Object.values(operations)
    .filter((operation) => operation !== lasts)
    .map((operation) => entryFailedIncident(list.id, operation))
  const before = await readUncreated(db, list.name)
  return [...own, ...before.map((id) => entryFailedIncident(id, 'create'))]
}

async function create(task: Task): Promise<boolean> {
  const { context, list } = task
  if (!mayBeAt(context, context.directory.newListDn(list.name))) throw nameTaken(list.name)
  for (;;) {
    // Some classes number their entries: of two that are made at once both would get the same.
    const turn = await waitForTurn(task)
    if (turn === null)
      return putEntryOff(context.db, list, {
        inMs: 0,
        counts: false,
        refused: false,
        problem: 'the worker was stopped',
      })
    try {
      return await createInTurn(task, turn)
    } catch (error) {
      if (!(error instanceof TurnLost)) throw error
      context.log.warn({ list: list.id }, 'it took too long to create it: somebody else’s turn came')
    } finally {
      // It runs out by itself, and what went wrong before is more important.
      await turn
        .giveBack()
        .catch((error: unknown) => context.log.warn({ err: error }, 'a turn could not be given back'))
    }
  }
}

/** Others may have created lists since: what was read before says nothing any more. */
class TurnLost extends Error {
  override readonly name = 'TurnLost'
}

/** Null when the worker is to stop. @throws {LeaseLost} */
async function waitForTurn({ context, lease }: Task): Promise<Turn | null> {
  while (!context.stopping.aborted) {
    const turn = await takeTurn(context.db, 'create-entry', turnMs)
    if (turn !== null) return turn
    await delay(othersTurnMs)
    await lease.stillOurs()
  }
  return null
}

async function createInTurn(task: Task, turn: Turn): Promise<boolean> {
  const { context, list, entry, lease } = task
  const { directory, db, placeholderDn } = context
  const confirm = async () => {
    if (!(await turn.keep())) throw new TurnLost()
    await lease.stillOurs()
  }
  const members = directory.needsPlaceholder ? [placeholderDn] : []
  const { holdsDescription } = directory
  try {
    const wanted = { name: list.name, description: entry.description, members }
    const made = await directory.createList(wanted, confirm)
    return await recordCreated(db, list, made, { adopted: false, holdsDescription })
  } catch (error) {
    if (!(error instanceof DirectoryFailure) || error.code !== entryAlreadyExists) throw error
    const found = await findInPlace(context, list)
    if (found === null) throw nameTaken(list.name, error)
    if (await wasLeftUnseen(context, found)) {
      await confirm()
      await directory.deleteList(found.list.entryUuid, found.list.version)
      return createInTurn(task, turn)
    }
    return recordCreated(db, list, found.list, { adopted: true, holdsDescription })
  }
}

/** Whoever made it was gone before they saw that another group has its number, too. What others have put there since is theirs. */
async function wasLeftUnseen(context: WorkerContext, found: ListRead): Promise<boolean> {
  const { directory, placeholderDn } = context
  const placeholderKey = directory.keyOf(placeholderDn)
  const isEmpty = [...found.members.keys()].every((key) => key === placeholderKey)
  return isEmpty && isMadeByUs(context, found) && !(await directory.hasOwnNumber(found.list.entryUuid))
}

async function edit({ context, list, entry, lease }: Task): Promise<boolean> {
  const { directory, db } = context
  const { wantedName, wantedDescription } = entry
  let now = await findById(context, list.entryUuid)
  if (now === null) return absent(context, list)
  const { entryUuid } = now
  await lease.stillOurs()
  if (wantedName !== null && now.name !== wantedName) {
    if (!mayBeAt(context, renamedListDn(now.dn, wantedName))) throw nameTaken(wantedName)
    now = await directory.renameList(entryUuid, wantedName, now.version)
  }
  const { holdsDescription } = directory
  if (holdsDescription && wantedDescription !== null && now.description !== wantedDescription)
    now = await directory.describeList(entryUuid, wantedDescription, now.version)
  return recordEdited(db, list, now, { holdsDescription })
}

/** Deleted as it is found now, whoever is on it by now: that is what was asked for. */
async function remove({ context, list, lease }: Task): Promise<boolean> {
  const { directory, db } = context
  const entry = await (list.entryUuid === null ? findOwn(context, list) : findById(context, list.entryUuid))
  if (entry === null) return absent(context, list)
  await lease.stillOurs()
  if (list.entryUuid === null && !(await recordFound(db, list, entry))) return false
  await directory.deleteList(entry.entryUuid, entry.version)
  return recordDeleted(db, list)
}

/** It is not there, as far as that can be believed. */
async function absent(context: WorkerContext, list: LeasedList): Promise<boolean> {
  const held = (await judgeAbsence(context, list)) === 'held'
  return recordDeleted(context.db, list, { held })
}

function isForGood(error: unknown, { state, refusals }: DueEntry): error is DirectoryFailure {
  if (!(error instanceof DirectoryFailure)) return false
  if (error.kind === 'permanent') return true
  if (error.code === entryAlreadyExists && state === 'active') return true
  return refusals >= mostRefusals && mayBeRefused(error)
}

const mayBeRefused = (error: unknown): boolean =>
  error instanceof DirectoryFailure &&
  error.code !== assertionFailed &&
  (error.kind === 'recompute' || isUnexplained(error))

async function fail(
  { context, list }: Task,
  operation: EntryOperation,
  failure: DirectoryFailure,
): Promise<boolean> {
  const failed = { code: String(failure.code), message: failure.message }
  const held =
    operation === 'edit'
      ? await failEdit(context, list, failed)
      : await recordEntryFailed(context.db, list, {
          operation,
          ...failed,
          entry: operation === 'delete' ? await findById(context, list.entryUuid) : null,
          holdsDescription: context.directory.holdsDescription,
        })
  if (!held) return false
  context.log.warn({ list: list.id, operation, err: failure }, 'the entry can’t be written')
  await tellOfFailedEntries(context, list.id)
  return true
}

async function failEdit(
  context: WorkerContext,
  list: LeasedList,
  failed: { code: string; message: string },
): Promise<boolean> {
  const { holdsDescription } = context.directory
  const entry = await findById(context, list.entryUuid)
  if (entry === null) return absent(context, list)
  return recordEditFailed(context.db, list, { ...failed, entry, holdsDescription })
}
