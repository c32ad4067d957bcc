import type { ListEntry, ListRead } from '../../domain/contracts/directory.ts'
import { isCsn } from '../../domain/contracts/entry-version.ts'
import { databaseTime } from '../../domain/store/database-time.ts'
import { type KnownList, readKnownLists } from '../../domain/store/mirror/known-entries.ts'
import { mirrorLists } from '../../domain/store/mirror/mirror-lists.ts'
import { markPlaced, readUnplaced } from '../../domain/store/mirror/mirror-people.ts'
import type { SyncReport } from '../../domain/store/mirror/sync-runs.ts'
import type { SyncContext } from '../context.ts'
import { closeLists } from './close-lists.ts'
import { differingLists } from './differing-lists.ts'
import { listsHolding } from './lists-holding.ts'
import { mayBeList, mirrorOptions } from './mirror-options.ts'
import type { Pass } from './pass.ts'
import { emptyBase } from './refuse-emptiness.ts'
import { firstValuesAtOnce, shareForFullPass, valuesAtOnce } from './sync-plan.ts'
import { writeInBatches } from './write-in-batches.ts'

/** How many lists of a report say what differed. */
const differencesAtMost = 1000

/**
 * Brings the lists up to date: versions first, members of those that differ or that hold somebody who is not placed yet; in a
 * full read of all, and a mirror that says something else at the same version is put right as well.
 */
export async function readListsIntoMirror(context: SyncContext, pass: Pass): Promise<void> {
  const { db } = context
  const unplaced = await readUnplaced(db)
  const left = await readLists(context, pass, await listsHolding(context, unplaced))
  // Whoever is on a list that had to be left alone is looked for again next time.
  if (left === 0 && !pass.run.dryRun) await markPlaced(db, unplaced)
}

/** Gives how many lists were left alone because a worker holds their lease. */
async function readLists(
  context: SyncContext,
  pass: Pass,
  again: 'all' | ReadonlySet<string>,
): Promise<number> {
  const { directory } = context
  const { run, report, signal } = pass
  const known = await readKnownLists(context.db)
  if (known.size === 0)
    return write(context, pass, readAll(context, report), {
      again: new Set(),
      atOnce: firstValuesAtOnce,
      inFlight: run.dryRun ? 1 : 2,
    })
  const missing = new Map([...known].filter(([, list]) => !list.gone))
  const wanted = new Set<string>()
  for await (const piece of directory.readLists()) {
    signal.throwIfAborted()
    for (const list of piece.filter((one) => mayBeList(context, one))) {
      report.lists.seen += 1
      missing.delete(list.entryUuid)
      if (differs(known.get(list.entryUuid), list) || again === 'all' || again.has(list.entryUuid))
        wanted.add(list.entryUuid)
    }
  }
  if (report.lists.seen === 0 && missing.size > 0) throw emptyBase('lists')
  // First, so that a list that was deleted and made anew under its old name finds the name free.
  await confirmGone(context, pass, missing)
  const reads =
    run.mode === 'full' ? readThose(context, report, wanted, known) : readWanted(context, report, wanted)
  // One batch after the other: a list may get the name that one of the batch before gave up.
  return write(context, pass, reads, {
    again: again === 'all' ? wanted : again,
    atOnce: valuesAtOnce,
    inFlight: 1,
  })
}

function differs(known: KnownList | undefined, list: ListEntry): boolean {
  return !known || known.gone || known.version !== list.version || !isCsn(list.version)
}

/** All lists with their members, in one pass. */
async function* readAll(context: SyncContext, report: SyncReport): AsyncGenerator<ListRead[]> {
  report.lists.seen = 0
  for await (const piece of context.directory.readListsWithMembers()) {
    const lists = piece.filter(({ list }) => mayBeList(context, list))
    report.lists.seen += lists.length
    yield lists
  }
}

/** Those that are wanted: one by one where they are few. */
async function* readWanted(
  context: SyncContext,
  report: SyncReport,
  wanted: ReadonlySet<string>,
): AsyncGenerator<ListRead[]> {
  if (wanted.size > report.lists.seen * shareForFullPass) {
    for await (const piece of readAll(context, report))
      yield piece.filter(({ list }) => wanted.has(list.entryUuid))
    return
  }
  for (const id of wanted) {
    const read = await context.directory.findList(id)
    if (read) yield [read]
  }
}

/** Those that are wanted, and those of which the mirror shows other members than there are, `wanted` from then on. */
async function* readThose(
  context: SyncContext,
  report: SyncReport,
  wanted: Set<string>,
  known: ReadonlyMap<string, KnownList>,
): AsyncGenerator<ListRead[]> {
  const those = async (reads: ListRead[]): Promise<ListRead[]> => {
    const equal = reads.filter(({ list }) => !wanted.has(list.entryUuid))
    for (const id of await differingLists(context, equal, known)) wanted.add(id)
    return reads.filter(({ list }) => wanted.has(list.entryUuid))
  }
  let batch: ListRead[] = []
  let weight = 0
  // Postgres compares one batch while the directory is read on.
  let comparing: Promise<ListRead[]> = Promise.resolve([])
  for await (const piece of readAll(context, report)) {
    for (const read of piece) {
      batch.push(read)
      weight += read.members.size
    }
    if (weight < valuesAtOnce) continue
    yield await comparing
    comparing = those(batch)
    comparing.catch(() => undefined)
    batch = []
    weight = 0
  }
  yield await comparing
  yield await those(batch)
}

/** Writes what is read, many lists at a time. Gives how many were left alone. */
async function write(
  context: SyncContext,
  pass: Pass,
  reads: AsyncGenerator<ListRead[]>,
  { again, atOnce, inFlight }: { again: ReadonlySet<string>; atOnce: number; inFlight: number },
): Promise<number> {
  const begunAt = await databaseTime(context.db)
  let left = 0
  await writeInBatches(reads, {
    atOnce,
    weigh: (read) => read.members.size,
    inFlight,
    write: async (batch) => {
      pass.signal.throwIfAborted()
      const leftOfBatch = await writeBatch(context, pass, batch, { again, begunAt })
      left += leftOfBatch
    },
  })
  return left
}

async function writeBatch(
  { db, log, ...context }: SyncContext,
  { run, report }: Pass,
  reads: ListRead[],
  { again, begunAt }: { again: ReadonlySet<string>; begunAt: string },
): Promise<number> {
  const { written, taken, left, drifts } = await mirrorLists(db, reads, {
    ...mirrorOptions({ db, log, ...context }),
    again: run.mode === 'full' ? new Set(reads.map(({ list }) => list.entryUuid)) : again,
    begunAt,
    runId: run.id,
    dryRun: run.dryRun,
  })
  report.lists.written += written
  report.lists.nameTaken.push(...taken)
  report.differences.push(...drifts.slice(0, differencesAtMost - report.differences.length))
  if (taken.length > 0)
    log.warn({ names: taken }, 'another list has these names already: they are left out until it has not')
  return left.length
}

async function confirmGone(
  context: SyncContext,
  { run, report, signal }: Pass,
  missing: ReadonlyMap<string, KnownList>,
): Promise<void> {
  const gone: string[] = []
  for (const [entryUuid, list] of missing) {
    const read = await context.directory.findList(entryUuid)
    if (read === null || !mayBeList(context, read.list)) gone.push(list.id)
  }
  signal.throwIfAborted()
  if (!run.dryRun) await closeLists(context, gone)
  report.lists.gone += gone.length
}
