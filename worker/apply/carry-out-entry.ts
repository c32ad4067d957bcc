import { setTimeout as delay } from 'node:timers/promises'
import { DirectoryFailure, isUnexplained } from '../../adapters/ldap/failure.ts'
import type { ListEntry } from '../../domain/contracts/directory.ts'
import type { DueEntry, LeasedList } from '../../domain/store/lease-list.ts'
import {
  type EntryOperation,
  isFreeEntry,
  putEntryOff,
  readUncreated,
  recordCreated,
  recordDeleted,
  recordEdited,
  recordEntryFailed,
  recordEntryObserved,
  recordFound,
} from '../../domain/store/list-entry.ts'
import type { Database } from '../../domain/store/database.ts'
import { endAlerts } from '../../domain/store/end-alerts.ts'
import { raiseAlert } from '../../domain/store/raise-alert.ts'
import { takeTurn, type Turn } from '../../domain/store/take-turn.ts'
import { knownLocale } from '../../domain/store/read-locale.ts'
import { wordIncident } from '../../texts/incident-alert.ts'
import type { WorkerContext } from '../context.ts'
import type { Turn as ListTurn } from './apply-list.ts'
import { type Lease, LeaseLost } from './hold-lease.ts'
import { judgeAbsence } from './judge-absence.ts'
import { judgeTrouble } from './judge-trouble.ts'

/** So often it may be refused without a reason, or for one that may pass, before it has failed for good. */
const mostRefusals = 8

const entryAlreadyExists = 68
/** Another tool was at the entry between our read and our write: that says nothing against ours, however often. */
const assertionFailed = 122

/** How long a worker that dies keeps others from creating, and how soon to look again whether it is our turn. */
const turnMs = 30_000
const othersTurnMs = 100

/** The incident of an entry that can't be written. */
const entryFailed = (listId: string, operation: EntryOperation): string =>
  `list-entry-failed ${listId} ${operation}`

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

/** What is over now: the list's own, and those of lists of its name that could not be created. */
async function failuresOf(db: Database, list: LeasedList): Promise<string[]> {
  const own = Object.values(operations).map((operation) => entryFailed(list.id, operation))
  const before = await readUncreated(db, list.name)
  return [...own, ...before.map((id) => entryFailed(id, 'create'))]
}

async function create(task: Task): Promise<boolean> {
  // Some classes number their entries: of two that are made at once both would get the same.
  const turn = await waitForTurn(task)
  if (turn === null)
    return putEntryOff(task.context.db, task.list, {
      inMs: 0,
      counts: false,
      refused: false,
      problem: 'the worker was stopped',
    })
  try {
    return await createInTurn(task)
  } finally {
    // It runs out by itself, and what went wrong before is more important.
    await turn
      .giveBack()
      .catch((error: unknown) => task.context.log.warn({ err: error }, 'a turn could not be given back'))
  }
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

async function createInTurn({ context, list, entry, lease }: Task): Promise<boolean> {
  const { directory, db, placeholderDn } = context
  await lease.stillOurs()
  const members = directory.needsPlaceholder ? [placeholderDn] : []
  const { holdsDescription } = directory
  try {
    const made = await directory.createList({ name: list.name, description: entry.description, members })
    return await recordCreated(db, list, made, { adopted: false, holdsDescription })
  } catch (error) {
    if (!(error instanceof DirectoryFailure) || error.code !== entryAlreadyExists) throw error
    const found = await findByName(context, list.name)
    if (found === null || !(await isFreeEntry(db, found.entryUuid, list.id))) throw taken(list.name, error)
    return recordCreated(db, list, found, { adopted: true, holdsDescription })
  }
}

const taken = (name: string, error: DirectoryFailure): DirectoryFailure =>
  new DirectoryFailure(
    'permanent',
    error.code,
    `the directory has another entry named ${name} already: choose another name, or remove that entry`,
    error,
  )

/** The one right below the lists' base, where a new one would be: names may be the same further down. */
async function findByName({ directory }: WorkerContext, name: string): Promise<ListEntry | null> {
  let nearest: ListEntry | null = null
  for await (const entries of directory.readLists())
    for (const entry of entries)
      if (
        entry.name.toLowerCase() === name.toLowerCase() &&
        (nearest === null || entry.dn.length < nearest.dn.length)
      )
        nearest = entry
  return nearest
}

async function edit({ context, list, entry, lease }: Task): Promise<boolean> {
  const { directory, db } = context
  const { wantedName, wantedDescription } = entry
  const found = list.entryUuid === null ? null : await directory.findList(list.entryUuid)
  if (found === null) return absent(context, list)
  const { entryUuid } = found.list
  let now = found.list
  await lease.stillOurs()
  if (wantedName !== null && now.name !== wantedName)
    now = await directory.renameList(entryUuid, wantedName, now.version)
  if (!directory.holdsDescription)
    return recordEdited(db, list, { ...now, description: wantedDescription ?? entry.description })
  if (wantedDescription !== null && now.description !== wantedDescription)
    now = await directory.describeList(entryUuid, wantedDescription, now.version)
  return recordEdited(db, list, now)
}

/** Deleted as it is found now, whoever is on it by now: that is what was asked for. */
async function remove({ context, list, lease }: Task): Promise<boolean> {
  const { directory, db } = context
  const entry = await (list.entryUuid === null
    ? findUnrecorded(context, list)
    : directory.findList(list.entryUuid).then((found) => found?.list ?? null))
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

/** What a creation left behind of which no answer came. */
async function findUnrecorded(context: WorkerContext, list: LeasedList): Promise<ListEntry | null> {
  const entry = await findByName(context, list.name)
  return entry !== null && (await isFreeEntry(context.db, entry.entryUuid, list.id)) ? entry : null
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
  const { db, directory } = context
  const code = String(failure.code)
  const now =
    operation === 'edit' && list.entryUuid !== null ? await directory.findList(list.entryUuid) : null
  const entry = now && directory.holdsDescription ? now.list : null
  if (!(await recordEntryFailed(db, list, { operation, code, message: failure.message, entry }))) return false
  context.log.warn({ list: list.id, operation, err: failure }, 'the entry can’t be written')
  const facts = { list: list.name, operation, code, message: failure.message }
  await raiseAlert(context, {
    key: entryFailed(list.id, operation),
    kind: 'list-entry-failed',
    ...wordIncident('list-entry-failed', facts, await knownLocale(db)),
    subjectId: list.id,
    actions: [],
  })
  return true
}
