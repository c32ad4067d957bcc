import { IncompleteRead } from '../../adapters/ldap/failure.ts'
import type { PersonEntry } from '../../domain/contracts/directory.ts'
import { markPeopleGone, readKnownPeople, writePeople } from '../../domain/store/mirror-people.ts'
import type { SyncReport } from '../../domain/store/sync-runs.ts'
import type { SyncContext } from '../context.ts'
import { writeInBatches } from './write-in-batches.ts'

/** With more than this share to fetch, one pass over everybody is cheaper than asking for each. */
const shareForFullPass = 0.2
const writeAtOnce = 2000

/** Brings the people up to date, versions first. @throws {IncompleteRead} @throws {DirectoryFailure} */
export async function readPeopleIntoMirror(context: SyncContext, report: SyncReport): Promise<void> {
  const { db, directory } = context
  const known = await readKnownPeople(db)
  if (known.size === 0) return writeAll(context, report, directory.readPeople())
  const wanted = new Set<string>()
  const missing = new Set([...known].flatMap(([id, person]) => (person.present ? id : [])))
  for await (const piece of directory.readPeopleVersions())
    for (const { entryUuid, version } of piece) {
      report.people.seen += 1
      missing.delete(entryUuid)
      const person = known.get(entryUuid)
      if (!person?.present || person.version !== version || !version.includes('#')) wanted.add(entryUuid)
    }
  if (report.people.seen === 0)
    throw new IncompleteRead('the people’s base is empty, although people were there before')
  await fetchAndWrite(context, report, wanted)
  await confirmGone(context, report, [...missing])
}

async function writeAll(
  context: SyncContext,
  report: SyncReport,
  people: AsyncGenerator<PersonEntry[]>,
): Promise<void> {
  await writeInBatches(people, {
    atOnce: writeAtOnce,
    weigh: () => 1,
    inFlight: 2,
    write: async (batch) => {
      await writePeople(context.db, batch, { firstRead: true })
      report.people.written += batch.length
    },
  })
  report.people.seen = report.people.written
}

async function fetchAndWrite(context: SyncContext, report: SyncReport, wanted: Set<string>): Promise<void> {
  const write = async (people: PersonEntry[]) => {
    report.people.written += people.length
    await writePeople(context.db, people, { firstRead: false })
  }
  if (wanted.size > report.people.seen * shareForFullPass) {
    for await (const piece of context.directory.readPeople())
      await write(piece.filter((person) => wanted.has(person.entryUuid)))
  } else await write(await context.directory.findPeople([...wanted]))
}

/** Absence in a listing is not yet proof: each is looked for by id first. */
async function confirmGone(context: SyncContext, report: SyncReport, missing: string[]): Promise<void> {
  if (missing.length === 0) return
  const still = new Set((await context.directory.findPeople(missing)).map((person) => person.entryUuid))
  report.people.gone = await markPeopleGone(
    context.db,
    missing.filter((id) => !still.has(id)),
  )
}
