import { openDirectory } from '../adapters/ldap/directory.ts'
import type { Slapd } from '../sandbox/servers/slapd.ts'
import { runLdapTool } from './ldap-tools.ts'
import { listOf, uidOf } from './latency-queue.ts'
import { untilShown } from './latency-shown.ts'
import type { Table } from './latency-table.ts'
import { mirrored, prepareProcesses, until, withClient } from './processes.ts'
import { median, ms, percentile, times } from './report.ts'
import type { Size, Stage } from './stage.ts'
import { asWorker } from '../sandbox/servers/as-worker.ts'

/** Of people and of as many lists. */
const counts = { small: [100], large: [10, 100, 1000] }
const small: Size = { people: 1000, lists: 200, membersPerList: 100 }
const large: Size = { people: 100_000, lists: 1000, membersPerList: 100 }

type Spent = { wholeMs: number; ldapmodifyMs: number }
type Measured = {
  people: number
  byCount: { count: number; spent: Spent[] }[]
  shownMs: number[]
  pollMs: number[]
}

/**
 * Changes of another tool: until the mirror has them, by how many they are and by how large the directory is; from the end of its
 * ldapmodify until the API shows one; and a poll that finds nothing new.
 */
export async function changesFromOutside(stage: Stage, quick: boolean): Promise<Table[]> {
  const much = quick ? { ...large, people: 10_000 } : large
  const [rounds, shown, polls] = quick ? [2, 10, 50] : [5, 50, 500]
  const measured: Measured[] = []
  for (const [size, countsOf] of [
    [small, counts.small],
    [much, counts.large],
  ] as const) {
    const [database, directory] = [await stage.database(), await stage.directory(size)]
    const processes = await prepareProcesses(stage, { databaseUrl: database.url, directory })
    const never = { SYNC_INTERVAL_S: '3600' }
    const worker = await processes.start('worker', never)
    await mirrored(database.url)
    await followed(database.url)
    const byCount: Measured['byCount'] = []
    for (const count of countsOf) {
      const spent: Spent[] = []
      for (let round = 0; round < rounds; round += 1)
        spent.push(await mirrorAfter(database.url, directory, { count, round }))
      byCount.push({ count, spent })
    }
    const api = await processes.start('api', never)
    const shownMs = await untilShown(processes, { directory, databaseUrl: database.url }, shown)
    await api.stop()
    measured.push({ people: size.people, byCount, shownMs, pollMs: await poll(directory, polls) })
    for (const server of [worker, directory, processes.discord]) await server.stop()
  }
  return [mirroredTable(measured, rounds), shownTable(measured, shown), polledTable(measured, polls)]
}

/** What is changed before the live feed was opened waits for that, and says nothing about the feed. */
const followed = (databaseUrl: string): Promise<void> =>
  withClient(databaseUrl, (client) =>
    until('the directory is followed', async () => {
      const { rowCount } = await client.query('select from feed where confirmed_at is not null')
      return rowCount === 2
    }),
  )

const among = (people: number): string => `among ${people.toLocaleString('en')} people`

const medianOf = (spent: readonly Spent[]): number => median(spent.map(({ wholeMs }) => wholeMs))

function mirroredTable(measured: readonly Measured[], rounds: number): Table {
  const inSmall = measured[0]?.byCount[0]
  return {
    title: `So many people renamed and so many lists changed by another tool: until the mirror has all, ${rounds} rounds`,
    columns: ['', 'median', 'worst', 'of it: ldapmodify', 'for each change', 'over the small directory'],
    rows: measured.flatMap(({ people, byCount }, at) =>
      byCount.map(({ count, spent }) => [
        `${count.toLocaleString('en')} and ${count.toLocaleString('en')} ${among(people)}`,
        ms(medianOf(spent)),
        ms(Math.max(...spent.map(({ wholeMs }) => wholeMs))),
        ms(median(spent.map(({ ldapmodifyMs }) => ldapmodifyMs))),
        ms(medianOf(spent) / (2 * count)),
        at > 0 && inSmall?.count === count ? times(medianOf(spent) / medianOf(inSmall.spent)) : '',
      ]),
    ),
  }
}

const shownTable = (measured: readonly Measured[], changes: number): Table => ({
  title: `From the end of another tool's ldapmodify until GET /user/subscriptions shows the change, ${changes} times`,
  columns: ['', 'p50', 'p99', 'aim'],
  rows: measured.map(({ people, shownMs }) => [among(people), ...halfAndMost(shownMs), '< 2 s']),
})

const polledTable = (measured: readonly Measured[], polls: number): Table => ({
  title: `Asking the directory whether anything is new, when nothing is (contextCSN), ${polls} times`,
  columns: ['', 'p50', 'p99', 'aim'],
  rows: measured.map(({ people, pollMs }) => [among(people), ...halfAndMost(pollMs), '< 5 ms']),
})

const halfAndMost = (tookMs: readonly number[]): [string, string] => [
  ms(median(tookMs)),
  ms(percentile(tookMs, 0.99)),
]

/** Until the mirror has all: ldapmodify's own time included, since the mirror follows while it still writes. */
async function mirrorAfter(
  databaseUrl: string,
  slapd: Slapd,
  { count, round }: { count: number; round: number },
): Promise<Spent> {
  const name = `Round ${round} of ${count}`
  const records = Array.from({ length: count }, (_, at) => [
    `dn: uid=${uidOf(at)},${slapd.peopleBase}\nchangetype: modify\nreplace: cn\ncn: ${name}\n`,
    `dn: cn=${listOf(at)},${slapd.listsBase}\nchangetype: modify\nreplace: description\ndescription: ${name}\n`,
  ]).flat()
  return withClient(databaseUrl, async (client) => {
    const startedAt = performance.now()
    // People are not the worker's to write.
    const { seconds } = await runLdapTool(
      'ldapmodify',
      { ...slapd, worker: slapd.admin },
      { input: `${records.join('\n')}\n` },
    )
    await until('the mirror has all of it', async () => {
      const { rows } = await client.query<{ people: number; lists: number }>(
        `select (select count(*)::integer from member where display_name = $1) as people,
           (select count(*)::integer from list where description = $1) as lists`,
        [name],
      )
      return rows[0]?.people === count && rows[0].lists === count
    })
    return { wholeMs: performance.now() - startedAt, ldapmodifyMs: seconds * 1000 }
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
