import { bigLdif } from '../sandbox/people.ts'
import { startSlapd } from '../sandbox/servers/slapd.ts'
import { applyAll, howTheyEnded, listOf, uidOf, type Wish } from './latency-queue.ts'
import type { Table } from './latency-table.ts'
import { mirrored, prepareProcesses } from './processes.ts'
import { median, ms, times } from './report.ts'
import type { Stage } from './stage.ts'

const batch = 1000
const people = 2000
/** `uid` may have any letter; `memberUid` takes ASCII only (IA5 string, RFC 2307), so this one is answered with 21. */
const refusedUid = 'zoë'

/** A thousand changes on one list, with and without one value among them that the directory refuses, in turns. */
export async function oneRefusedValue(stage: Stage, quick: boolean): Promise<Table> {
  const rounds = quick ? 2 : 7
  const seedLdif = `${bigLdif({ listClass: 'posixGroup', people, lists: 2 * rounds + 2, membersPerList: 1 })}\n${refusedPerson}`
  const directory = await startSlapd({ dir: await stage.folder('slapd'), seedLdif })
  stage.keep(directory)
  const database = await stage.database()
  const processes = await prepareProcesses(stage, { databaseUrl: database.url, directory })
  const worker = await processes.start('worker', { LDAP_LIST_CLASS: 'posixGroup' })
  await mirrored(database.url)

  const spent = { without: [] as number[], with: [] as number[] }
  for (let round = 0; round <= rounds; round += 1) {
    const without = await applyAll(database.url, wishesFor(2 * round, uidOf(people - 1)))
    const withOne = await applyAll(database.url, wishesFor(2 * round + 1, refusedUid))
    // The first round warms up.
    if (round === 0) continue
    spent.without.push(without * 1000)
    spent.with.push(withOne * 1000)
  }
  const ended = await howTheyEnded(database.url)
  for (const server of [worker, directory, processes.discord]) await server.stop()
  const expected = `applied: ${2 * (rounds + 1) * batch - (rounds + 1)}, failed: ${rounds + 1}`
  if (ended !== expected) throw new Error(`the changes ended as ${ended}, not ${expected}`)
  return {
    title: `${batch} changes on one list, ${rounds} rounds in turns`,
    columns: ['', 'median', 'over without (at most 2)'],
    rows: [
      ['all are taken', ms(median(spent.without)), ''],
      [
        'one is refused (code 21)',
        ms(median(spent.with)),
        times(median(spent.with.map((value, at) => value / (spent.without[at] ?? Number.NaN)))),
      ],
    ],
  }
}

/** The last one somewhere in the middle. */
function wishesFor(list: number, last: string): Wish[] {
  const uids = Array.from({ length: batch - 1 }, (_, at) => uidOf((list * 37 + 1 + at) % (people - 1)))
  return uids.toSpliced(batch / 3, 0, last).map((uid) => ({ uid, list: listOf(list) }))
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const refusedPerson = [
  `dn:: ${base64(`uid=${refusedUid},ou=people,dc=example,dc=org`)}`,
  'objectClass: inetOrgPerson',
  `uid:: ${base64(refusedUid)}`,
  `cn:: ${base64('Zoë')}`,
  `sn:: ${base64('Zoë')}`,
  '',
].join('\n')
