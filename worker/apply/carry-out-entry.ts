import { renamedListDn } from '../../adapters/ldap/entries/list-dn.ts'
import type { Database } from '../../domain/store/database.ts'
import { endAlerts } from '../../domain/store/incidents/end-alerts.ts'
import type { DueEntry, LeasedList } from '../../domain/store/apply/lease-list.ts'
import type { EntryOperation } from '../../domain/store/apply/leased-entry.ts'
import { recordDeleted, recordEdited, recordFound } from '../../domain/store/apply/list-entry.ts'
import { putEntryOff, recordEntryObserved } from '../../domain/store/apply/list-entry-failed.ts'
import {
  entryFailedIncident,
  readUncreated,
  wasNameRefused,
} from '../../domain/store/apply/untold-entry-failures.ts'
import type { WorkerContext } from '../context.ts'
import type { LeftList } from './apply-list.ts'
import { createEntry } from './create-entry.ts'
import type { EntryTask } from './entry-task.ts'
import { failEntry, isForGood, mayBeRefused } from './fail-entry.ts'
import { findById, findOwn, mayBeAt, nameTaken } from './find-entry.ts'
import { type Lease, LeaseLost } from './hold-lease.ts'
import { judgeTrouble } from './judge-trouble.ts'
import { entryLdif } from './observe-entry.ts'
import { recordAbsent } from './record-absent.ts'

const operations: Readonly<Record<DueEntry['state'], EntryOperation>> = {
  creating: 'create',
  active: 'edit',
  deleting: 'delete',
}

/**
 * Makes, edits or deletes a list's entry. Each step may run twice: one that a worker did and could not record is found done by the next.
 * @throws {LeaseLost}
 */
export async function carryOutEntry(
  context: WorkerContext,
  list: LeasedList,
  entry: DueEntry,
  lease: Lease,
): Promise<LeftList> {
  const operation = operations[entry.state]
  if (context.observeOnly) {
    const ldif = entryLdif(context, list, entry)
    context.log.info({ list: list.id, operation, ldif }, 'WRITES=off: this would be written')
    return recorded(await recordEntryObserved(context.db, list, ldif))
  }
  const task: EntryTask = { context, list, entry, lease }
  try {
    const left = recorded(await { create: createEntry, edit, delete: remove }[operation](task))
    context.log.info({ list: list.id, operation }, 'the entry is as it was wanted')
    await endAlerts(context, await failuresOf(context.db, list))
    return left
  } catch (error) {
    if (error instanceof LeaseLost) throw error
    if (isForGood(error, entry)) return recorded(await failEntry(task, operation, error), 'unknown')
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

/** How the list is left after what was to be recorded under its lease. @throws {LeaseLost} where that was not recorded. */
function recorded(isRecorded: boolean, met: LeftList['met'] = 'taken'): LeftList {
  if (!isRecorded) throw new LeaseLost()
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

async function edit({ context, list, entry, lease }: EntryTask): Promise<boolean> {
  const { directory, db } = context
  const { wantedName, wantedDescription } = entry
  let now = await findById(context, list.entryUuid)
  if (now === null) return recordAbsent(context, list)
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
async function remove({ context, list, lease }: EntryTask): Promise<boolean> {
  const { directory, db } = context
  const entry = await (list.entryUuid === null ? findOwn(context, list) : findById(context, list.entryUuid))
  if (entry === null) return recordAbsent(context, list)
  await lease.stillOurs()
  if (list.entryUuid === null && !(await recordFound(db, list, entry))) return false
  await directory.deleteList(entry.entryUuid, entry.version)
  return recordDeleted(db, list)
}
