import { openDirectory } from '../adapters/ldap/directory.ts'
import type { Slapd } from '../sandbox/servers/slapd.ts'
import { runLdapTool } from './ldap-tools.ts'
import { listOf, uidOf } from './latency-queue.ts'
import type { Table } from './latency-table.ts'
import { mirrored, prepareProcesses, until, withClient } from './processes.ts'
import { median, ms, percentile, times } from './report.ts'
import type { Size, Stage } from './stage.ts'
import { asWorker } from '../sandbox/servers/as-worker.ts'

const outside = 100
const small: Size = { people: 1000, lists: 200, membersPerList: 100 }
const large: Size = { people: 100_000, lists: 1000, membersPerList: 100 }

/** Changes of another tool, from the end of its ldapmodify until the mirror has them; and a poll that finds nothing new. */
export async function changesFromOutside(stage: Stage, quick: boolean): Promise<Table[]> {
  const sizes = [small, quick ? { ...large, people: 10_000 } : large]
  const [rounds, polls] = quick ? [2, 50] : [5, 500]
  const measured: { people: number; afterMs: number[]; pollMs: number[] }[] = []
  for (const size of sizes) {
    const [database, directory] = [await stage.database(), await stage.directory(size)]
    const processes = await prepareProcesses(stage, { databaseUrl: database.url, directory })
    const worker = await processes.start('worker', { SYNC_INTERVAL_S: '3600' })
    await mirrored(database.url)
    const afterMs: number[] = []
    for (let round = 0; round < rounds; round += 1)
      afterMs.push(await mirrorAfter(database.url, directory, round))
    measured.push({ people: size.people, afterMs, pollMs: await poll(directory, polls) })
    for (const server of [worker, directory, processes.discord]) await server.stop()
  }
  const few = measured[0]?.afterMs ?? []
  return [
    {
      title: `${outside} people renamed and ${outside} lists changed by another tool: until the mirror has all, ${rounds} rounds`,
      columns: ['', 'median', 'worst', 'over the small directory'],
      rows: measured.map(({ people, afterMs }, at) => [
        among(people),
        ms(median(afterMs)),
        ms(Math.max(...afterMs)),
        at === 0 ? '' : times(median(afterMs) / median(few)),
      ]),
    },
    {
      title: `Asking the directory whether anything is new, when nothing is (contextCSN), ${polls} times`,
      columns: ['', 'p50', 'p99', 'aim'],
      rows: measured.map(({ people, pollMs }) => [
        among(people),
        ms(median(pollMs)),
        ms(percentile(pollMs, 0.99)),
        '< 5 ms',
      ]),
    },
  ]
}

const among = (people: number): string => `among ${people.toLocaleString('en')} people`

/** Milliseconds, ldapmodify's own time included: the mirror follows while it still writes. */
async function mirrorAfter(databaseUrl: string, slapd: Slapd, round: number): Promise<number> {
  const name = `Round ${round}`
  const records = Array.from({ length: outside }, (_, at) => [
    `dn: uid=${uidOf(at)},${slapd.peopleBase}\nchangetype: modify\nreplace: cn\ncn: ${name}\n`,
    `dn: cn=${listOf(at)},${slapd.listsBase}\nchangetype: modify\nreplace: description\ndescription: ${name}\n`,
  ]).flat()
  return withClient(databaseUrl, async (client) => {
    const startedAt = performance.now()
    // People are not the worker's to write.
    await runLdapTool('ldapmodify', { ...slapd, worker: slapd.admin }, { input: `${records.join('\n')}\n` })
    await until('the mirror has all of it', async () => {
      const { rows } = await client.query<{ people: number; lists: number }>(
        `select (select count(*)::integer from member where display_name = $1) as people,
           (select count(*)::integer from list where description = $1) as lists`,
        [name],
      )
      return rows[0]?.people === outside && rows[0].lists === outside
    })
    return performance.now() - startedAt
  })
}

async function poll(slapd: Slapd, polls: number): Promise<number[]> {
  const directory = openDirectory(asWorker(slapd))
  try {
    await directory.readContextCsn()
    const took: number[] = []
    for (let count = 0; count < polls; count += 1) {
      const startedAt = performance.now()
      await directory.readContextCsn()
      took.push(performance.now() - startedAt)
    }
    return took
  } finally {
    await directory.close()
  }
}
