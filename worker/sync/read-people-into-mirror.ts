import type { PersonEntry } from '../../domain/contracts/directory.ts'
import { isCsn } from '../../domain/contracts/entry-version.ts'
import type { CopyRow } from '../../domain/store/mirror/copy-rows.ts'
import { databaseTime } from '../../domain/store/database-time.ts'
import { readBranches, readVersionsOfPeople } from '../../domain/store/mirror/known-entries.ts'
import {
  markPeopleGone,
  rowsOfPeople,
  writeFirstPeople,
  writePeople,
} from '../../domain/store/mirror/mirror-people.ts'
import type { SyncContext } from '../context.ts'
import type { Pass } from './pass.ts'
import { emptyBase } from './refuse-emptiness.ts'
import { peopleAtOnce, shareForFullPass } from './sync-plan.ts'
import { writeInBatches } from './write-in-batches.ts'

/** Brings the people up to date, versions first. @throws {IncompleteRead} @throws {DirectoryFailure} */
export async function readPeopleIntoMirror(context: SyncContext, pass: Pass): Promise<void> {
  const { db, directory } = context
  const { report, signal } = pass
  const [known, isInBranch] = await Promise.all([readVersionsOfPeople(db), readBranches(db)])
  if (known.size === 0) return writeAll(context, pass, directory.readPeople())
  const wanted = new Set<string>()
  for await (const piece of directory.readPeopleVersions()) {
    signal.throwIfAborted()
    for (const { entryUuid, version, dn } of piece) {
      report.people.seen += 1
      const before = known.get(entryUuid)
      // Whoever is in a branch that was renamed keeps their version.
      if (before !== version || !isCsn(version) || !isInBranch(dn)) wanted.add(entryUuid)
      // Whoever has one left in the end is missing: a second set of everybody would cost as much as the comparison.
      if (typeof before === 'string') known.set(entryUuid, null)
    }
  }
  const missing: string[] = []
  for (const [entryUuid, version] of known) if (version !== null) missing.push(entryUuid)
  if (report.people.seen === 0 && missing.length > 0) throw emptyBase('people')
  await fetchAndWrite(context, pass, wanted)
  await confirmGone(context, pass, missing)
}

async function writeAll(
  { db }: SyncContext,
  { run, report, signal }: Pass,
  people: AsyncGenerator<PersonEntry[]>,
): Promise<void> {
  await writeInBatches(asRows(people), {
    atOnce: peopleAtOnce,
    weigh: () => 1,
    inFlight: 2,
    write: async (batch) => {
      signal.throwIfAborted()
      if (!run.dryRun) await writeFirstPeople(db, batch)
      report.people.written += batch.length
    },
  })
  report.people.seen = report.people.written
}

async function* asRows(people: AsyncGenerator<PersonEntry[]>): AsyncGenerator<CopyRow[]> {
  for await (const piece of people) yield rowsOfPeople(piece)
}

async function fetchAndWrite(
  { db, directory }: SyncContext,
  { run, report, signal }: Pass,
  wanted: Set<string>,
): Promise<void> {
  const begunAt = await databaseTime(db)
  const write = async (people: PersonEntry[]) => {
    signal.throwIfAborted()
    report.people.written += people.length
    if (!run.dryRun) await writePeople(db, people, begunAt)
  }
  if (wanted.size > report.people.seen * shareForFullPass) {
    for await (const piece of directory.readPeople())
      await write(piece.filter((person) => wanted.has(person.entryUuid)))
  } else await write(await directory.findPeople([...wanted]))
}

/** Absence in a listing is not yet proof: each is looked for by id first. */
async function confirmGone(
  { db, directory }: SyncContext,
  { run, report, signal }: Pass,
  missing: string[],
): Promise<void> {
  if (missing.length === 0) return
  const still = new Set((await directory.findPeople(missing)).map((person) => person.entryUuid))
  signal.throwIfAborted()
  const gone = missing.filter((id) => !still.has(id))
  report.people.gone = run.dryRun ? gone.length : await markPeopleGone(db, gone)
}
