import { dnKey } from '../../adapters/ldap/dn-key.ts'
import { IncompleteRead } from '../../adapters/ldap/failure.ts'
import type { ListEntry, ListRead, PersonEntry } from '../../domain/contracts/directory.ts'
import { keysOf } from '../../domain/rules/plan-modify.ts'
import { markListGone } from '../../domain/store/mark-list-gone.ts'
import {
  type KnownList,
  mirrorLists,
  readKnownLists,
  readListsOfPeople,
} from '../../domain/store/mirror-lists.ts'
import { markPlaced, readUnplaced } from '../../domain/store/mirror-people.ts'
import type { SyncReport } from '../../domain/store/sync-runs.ts'
import type { SyncContext } from '../context.ts'
import { writeInBatches } from './write-in-batches.ts'

const shareForFullPass = 0.2
/** How many member values are written together. */
const valuesAtOnce = 5000

/** Brings the lists up to date: versions first, members only of those that differ or that hold somebody who is not placed yet. */
export async function readListsIntoMirror(context: SyncContext, report: SyncReport): Promise<void> {
  const { db } = context
  const unplaced = await readUnplaced(db)
  const left = await readLists(context, report, unplaced)
  // Whoever is on a list that had to be left alone is looked for again next time.
  if (left === 0)
    await markPlaced(
      db,
      unplaced.map((person) => person.entryUuid),
    )
}

/** Gives how many lists were left alone because a worker holds their lease. */
async function readLists(context: SyncContext, report: SyncReport, unplaced: PersonEntry[]): Promise<number> {
  const { db, directory } = context
  const known = await readKnownLists(db)
  if (known.size === 0)
    return write(context, report, readAll(context, report, null), { again: new Set(), inFlight: 2 })
  const again = await listsHolding(context, unplaced)
  const missing = new Map([...known].filter(([, list]) => !list.gone))
  const wanted = new Set<string>()
  for await (const piece of directory.readLists())
    for (const list of piece.filter((one) => isOurs(context, one))) {
      report.lists.seen += 1
      missing.delete(list.entryUuid)
      if (differs(known.get(list.entryUuid), list) || again === 'all' || again.has(list.entryUuid))
        wanted.add(list.entryUuid)
    }
  if (report.lists.seen === 0)
    throw new IncompleteRead('the lists’ base is empty, although lists were there before')
  // First, so that a list that was deleted and made anew under its old name finds the name free.
  await confirmGone(context, report, missing)
  const few = again !== 'all' && wanted.size <= report.lists.seen * shareForFullPass
  const reads = few ? readSome(context, wanted) : readAll(context, report, wanted)
  // One batch after the other: a list may get the name that one of the batch before gave up.
  return write(context, report, reads, { again: again === 'all' ? wanted : again, inFlight: 1 })
}

function differs(known: KnownList | undefined, list: ListEntry): boolean {
  return !known || known.gone || known.version !== list.version || !list.version.includes('#')
}

/** The group that makes admins is never a list. */
function isOurs(context: SyncContext, list: ListEntry): boolean {
  return context.adminGroup === null || dnKey(list.dn) !== dnKey(context.adminGroup)
}

/** All lists with their members, in one pass; only the wanted ones are kept (`null`: all). */
async function* readAll(
  context: SyncContext,
  report: SyncReport,
  wanted: ReadonlySet<string> | null,
): AsyncGenerator<ListRead[]> {
  report.lists.seen = 0
  for await (const piece of context.directory.readListsWithMembers()) {
    const ours = piece.filter(({ list }) => isOurs(context, list))
    report.lists.seen += ours.length
    yield ours.filter(({ list }) => wanted === null || wanted.has(list.entryUuid))
  }
}

async function* readSome(context: SyncContext, ids: Iterable<string>): AsyncGenerator<ListRead[]> {
  for (const id of ids) {
    const read = await context.directory.findList(id)
    if (read) yield [read]
  }
}

/** Writes what is read, many lists at a time. Gives how many were left alone. */
async function write(
  context: SyncContext,
  report: SyncReport,
  reads: AsyncGenerator<ListRead[]>,
  { again, inFlight }: { again: ReadonlySet<string>; inFlight: number },
): Promise<number> {
  let left = 0
  await writeInBatches(reads, {
    atOnce: valuesAtOnce,
    weigh: (read) => read.members.size,
    inFlight,
    write: async (batch) => {
      const leftOfBatch = await writeBatch(context, report, batch, again)
      left += leftOfBatch
    },
  })
  return left
}

async function writeBatch(
  context: SyncContext,
  report: SyncReport,
  reads: ListRead[],
  again: ReadonlySet<string>,
): Promise<number> {
  const { written, taken, left } = await mirrorLists(context.db, reads, {
    listClass: context.directory.listClass,
    placeholderKey: context.directory.keyOf(context.placeholderDn),
    firstJoin: context.firstJoin,
    firstHidden: context.firstHidden,
    again,
  })
  report.lists.written += written
  report.lists.nameTaken.push(...taken)
  if (taken.length > 0)
    context.log.warn(
      { names: taken },
      'another list has these names already: they are left out until it has not',
    )
  return left
}

/** The lists that hold people who are not placed yet, and those that held them under another name. */
async function listsHolding(
  context: SyncContext,
  unplaced: PersonEntry[],
): Promise<'all' | ReadonlySet<string>> {
  if (unplaced.length > 500) return 'all'
  const { directory } = context
  const values = unplaced.flatMap((person) =>
    directory.listClass === 'posixGroup' || directory.listClass === 'nisMailAlias'
      ? keysOf(person, directory.listClass, directory.keyOf)
      : [person.dn],
  )
  const had = await readListsOfPeople(
    context.db,
    unplaced.map((person) => person.entryUuid),
  )
  return new Set([...had, ...(await directory.findListsHolding(values))])
}

async function confirmGone(
  context: SyncContext,
  report: SyncReport,
  missing: ReadonlyMap<string, KnownList>,
): Promise<void> {
  for (const [entryUuid, list] of missing) {
    const read = await context.directory.findList(entryUuid)
    if (read !== null && isOurs(context, read.list)) continue
    await markListGone(context.db, list.id)
    report.lists.gone += 1
  }
}
