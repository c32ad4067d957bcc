import { pino } from 'pino'
import { openDirectory } from '../adapters/ldap/directory.ts'
import { listAttributes, personAttributes, versionAttributes } from '../adapters/ldap/entries/entries.ts'
import { openDatabase } from '../domain/store/database.ts'
import type { Slapd } from '../sandbox/servers/slapd.ts'
import { fullRead } from '../worker/sync/full-read.ts'
import { runLdapTool } from './ldap-tools.ts'
import { median, ms, printTable, times } from './report.ts'
import type { Size, Stage } from './stage.ts'
import { measureSyncMemory } from './sync-memory.ts'
import { asWorker } from '../sandbox/servers/as-worker.ts'

const ordinary = { rounds: 5, size: { people: 20_000, lists: 300, membersPerList: 100 } }
const large = { rounds: 3, size: { people: 100_000, lists: 1000, membersPerList: 100 } }

type Read = { empty: number; unchanged: number; ldapsearch: number; versions: number }

/**
 * A full read into an empty and into an unchanged mirror, beside ldapsearch of the same. `isLarge`: of a large directory, and how much
 * memory a worker takes for it.
 */
export async function measureSync(stage: Stage, { isLarge = false } = {}): Promise<void> {
  const { rounds, size } = isLarge ? large : ordinary
  const directory = await stage.directory(size)
  const reads: Read[] = []
  for (let round = 0; round < rounds; round += 1) reads.push(await readOnce(stage, directory, size))
  const row = (name: string, which: keyof Read, target: string) => {
    const share = times(median(reads.map((read) => read[which] / read.ldapsearch)))
    const first = ms((reads[0]?.[which] ?? 0) * 1000)
    return [name, ms(median(reads.map((read) => read[which])) * 1000), first, share, target]
  }
  printTable(
    `sync: ${size.people} people, ${size.lists} lists of ${size.membersPerList} members, ${rounds} rounds, each into a fresh database`,
    ['', 'median', 'the first', 'times ldapsearch', 'target'],
    [
      row('full read into an empty mirror', 'empty', '<= 3'),
      row('full read into an unchanged mirror', 'unchanged', isLarge ? '<= 1.5' : '<= 2'),
      row('ldapsearch of the same', 'ldapsearch', ''),
      row('ldapsearch of no more than the unchanged one asks for', 'versions', ''),
    ],
  )
  if (isLarge) await measureSyncMemory(stage, directory)
}

/** In seconds. */
async function readOnce(stage: Stage, slapd: Slapd, size: Size): Promise<Read> {
  const { url } = await stage.database()
  const db = openDatabase(url, { name: 'bench' })
  const directory = openDirectory(asWorker(slapd))
  const context = {
    db,
    directory,
    log: pino({ level: 'silent' }),
    placeholderDn: slapd.worker.dn,
    adminGroup: null,
    adminGid: null,
    firstJoin: 'open' as const,
    alertTo: { channelId: null, mailTo: null },
    firstHidden: false,
  }
  const timed = async (people: number, lists: number) => {
    const startedAt = performance.now()
    const report = await fullRead(context)
    const seconds = (performance.now() - startedAt) / 1000
    if (report?.people.written !== people || report.lists.written !== lists)
      throw new Error(`the read wrote something else than expected: ${JSON.stringify(report)}`)
    return seconds
  }
  try {
    const empty = await timed(size.people, size.lists)
    const unchanged: number[] = []
    const theirs: number[] = []
    const versions: number[] = []
    for (let turn = 0; turn < 3; turn += 1) {
      unchanged.push(await timed(0, 0))
      theirs.push(await ldapsearch(slapd, personAttributes))
      versions.push((await ldapsearch(slapd, versionAttributes)) + (await listsAlone(slapd)))
    }
    return {
      empty,
      unchanged: median(unchanged),
      ldapsearch: median(theirs),
      versions: median(versions),
    }
  } finally {
    await directory.close()
    await db.destroy()
  }
}

const plain = ['-LLL', '-o', 'ldif-wrap=no', '-b']

/** In seconds: people, then lists, with the attributes that a full read asks for. */
async function ldapsearch(slapd: Slapd, attributesOfPeople: readonly string[]): Promise<number> {
  const people = await runLdapTool('ldapsearch', slapd, {
    args: [...plain, slapd.peopleBase, '(objectClass=inetOrgPerson)', ...attributesOfPeople],
  })
  const lists = await runLdapTool('ldapsearch', slapd, {
    args: [...plain, slapd.listsBase, '(objectClass=groupOfUniqueNames)', ...listAttributes, 'uniqueMember'],
  })
  return people.seconds + lists.seconds
}

/** In seconds: the lists without their members, which are asked for first where there is a mirror already. */
async function listsAlone(slapd: Slapd): Promise<number> {
  const { seconds } = await runLdapTool('ldapsearch', slapd, {
    args: [...plain, slapd.listsBase, '(objectClass=groupOfUniqueNames)', ...listAttributes],
  })
  return seconds
}
