import { dnKey } from '../../adapters/ldap/dn-key.ts'
import { IncompleteRead } from '../../adapters/ldap/failure.ts'
import type { ListEntry, PersonEntry } from '../../domain/contracts/directory.ts'
import { keysOf } from '../../domain/rules/plan-modify.ts'
import { markListGone } from '../../domain/store/mark-list-gone.ts'
import {
  type KnownList,
  type ListRead,
  mirrorLists,
  readKnownLists,
  readListsOfPeople,
} from '../../domain/store/mirror-lists.ts'
import type { SyncReport } from '../../domain/store/sync-runs.ts'
import type { WorkerContext } from '../context.ts'

const shareForFullPass = 0.2
/** How many member values are written together. */
const valuesAtOnce = 20_000

/** Brings the lists up to date: versions first, members only of those that differ or that hold somebody who is new here. */
export async function readListsIntoMirror(
  context: WorkerContext,
  report: SyncReport,
  renamed: 'everybody' | PersonEntry[],
): Promise<void> {
  const { db, directory } = context
  const known = await readKnownLists(db)
  if (known.size === 0) return mirrorAll(context, report, null, new Set())
  const again = await listsHolding(context, renamed)
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
  const seen = report.lists.seen
  if (wanted.size > seen * shareForFullPass || again === 'all') {
    report.lists.seen = 0
    await mirrorAll(context, report, wanted, again === 'all' ? wanted : again)
  } else await mirrorSome(context, report, [...wanted], again)
}

function differs(known: KnownList | undefined, list: ListEntry): boolean {
  return !known || known.gone || known.version !== list.version || !list.version.includes('#')
}

/** The group that makes admins is never a list. */
function isOurs(context: WorkerContext, list: ListEntry): boolean {
  return context.adminGroup === null || dnKey(list.dn) !== dnKey(context.adminGroup)
}

async function mirrorAll(
  context: WorkerContext,
  report: SyncReport,
  wanted: ReadonlySet<string> | null,
  again: ReadonlySet<string>,
): Promise<void> {
  let batch: ListRead[] = []
  let values = 0
  for await (const piece of context.directory.readListsWithMembers()) {
    const ours = piece.filter(({ list }) => isOurs(context, list))
    report.lists.seen += ours.length
    for (const read of ours.filter(({ list }) => wanted === null || wanted.has(list.entryUuid))) {
      batch.push(read)
      values += read.members.size
    }
    if (values < valuesAtOnce) continue
    await write(context, report, batch, again)
    batch = []
    values = 0
  }
  await write(context, report, batch, again)
}

async function mirrorSome(
  context: WorkerContext,
  report: SyncReport,
  ids: string[],
  again: ReadonlySet<string>,
): Promise<void> {
  for (const id of ids) {
    const read = await context.directory.findList(id)
    if (read) await write(context, report, [read], again)
  }
}

async function write(
  context: WorkerContext,
  report: SyncReport,
  reads: ListRead[],
  again: ReadonlySet<string>,
): Promise<void> {
  const { written, taken } = await mirrorLists(context.db, reads, {
    listClass: context.directory.listClass,
    firstJoin: context.firstJoin,
    firstHidden: context.firstHidden,
    again,
  })
  report.lists.written += written
  report.lists.nameTaken.push(...taken)
  if (taken.length > 0)
    context.log.warn({ names: taken }, 'lists whose name another list has already were left out')
}

/**
 * The lists that hold people who came into the mirror, or got another name, after those lists were read, and those that held
 * them under their old one.
 */
async function listsHolding(
  context: WorkerContext,
  renamed: 'everybody' | PersonEntry[],
): Promise<'all' | ReadonlySet<string>> {
  if (renamed === 'everybody' || renamed.length > 500) return 'all'
  const { directory } = context
  const values = renamed.flatMap((person) =>
    directory.listClass === 'posixGroup' || directory.listClass === 'nisMailAlias'
      ? keysOf(person, directory.listClass, directory.keyOf)
      : [person.dn],
  )
  const had = await readListsOfPeople(
    context.db,
    renamed.map((person) => person.entryUuid),
  )
  return new Set([...had, ...(await directory.findListsHolding(values))])
}

async function confirmGone(
  context: WorkerContext,
  report: SyncReport,
  missing: ReadonlyMap<string, KnownList>,
): Promise<void> {
  for (const [entryUuid, list] of missing) {
    if ((await context.directory.findList(entryUuid)) !== null) continue
    await markListGone(context.db, list.id)
    report.lists.gone += 1
  }
}
