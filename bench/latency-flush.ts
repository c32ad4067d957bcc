import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { newcomersOf, queueAll, uidOf } from './latency-queue.ts'
import type { Table } from './latency-table.ts'
import { mirrored, prepareProcesses, withClient } from './processes.ts'
import { median, ms, percentile, times } from './report.ts'
import type { Size, Stage } from './stage.ts'

const fullSize: Size = { people: 12_000, lists: 500, membersPerList: 100 }
const quickSize: Size = { ...fullSize, lists: 50 }
const newcomersPerList = 100
const readers = 50
/** Readings begin at this pace whatever is answered, so that a slow answer does not thin them out. */
const perSecond = 50

/** GET /user/subscriptions at a steady pace: while nothing else happens, and while one worker applies very many changes. */
export async function readingDuringAFlush(stage: Stage, quick: boolean): Promise<Table> {
  const [size, quietS] = quick ? [quickSize, 3] : [fullSize, 30]
  const [database, directory] = [await stage.database(), await stage.directory(size)]
  const processes = await prepareProcesses(stage, { databaseUrl: database.url, directory })
  const running = [await processes.start('worker'), await processes.start('api')]
  await mirrored(database.url)
  await linkReaders(database.url)
  const { apiUrl, serviceToken } = processes

  const over = new AbortController()
  let latencies: number[] = []
  let count = 0
  const inFlight = new Set<Promise<void>>()
  const readOnce = async (account: string) => {
    const startedAt = performance.now()
    const answer = await fetch(`${apiUrl}/api/v1/user/subscriptions`, {
      headers: { authorization: `Bearer ${serviceToken}`, 'x-discord-user': account },
    })
    await answer.arrayBuffer()
    if (!answer.ok) throw new Error(`the api answered ${answer.status}`)
    latencies.push(performance.now() - startedAt)
  }
  const allRead = (async () => {
    const startedAt = performance.now()
    while (!over.signal.aborted) {
      const one: Promise<void> = readOnce(accountOf(count % readers)).finally(() => inFlight.delete(one))
      inFlight.add(one)
      count += 1
      await delay(Math.max(0, startedAt + (count * 1000) / perSecond - performance.now()))
    }
    await Promise.all(inFlight)
  })()
  const during = async (work: () => Promise<unknown>) => {
    latencies = []
    await work()
    return latencies.slice()
  }
  await delay(3000)
  const quiet = await during(() => delay(quietS * 1000))
  let flushS = 0
  const busy = await withClient(database.url, async (client) => {
    const wishes = Array.from({ length: size.lists }, (_, list) =>
      newcomersOf(list, newcomersPerList, size),
    ).flat()
    // Before: making fifty thousand records here keeps the readings from beginning, and takes no worker's time.
    const startedAt = await queueAll(client, wishes)
    return during(async () => {
      await allEnded(client)
      flushS = (performance.now() - startedAt) / 1000
    })
  })
  over.abort()
  await allRead
  for (const server of [...running, directory, processes.discord]) await server.stop()

  return {
    title: `GET /user/subscriptions (${perSecond} a second) while one worker applies ${(size.lists * newcomersPerList).toLocaleString('en')} changes in ${flushS.toFixed(1)} s`,
    columns: ['', 'readings', 'p50', 'p99', 'worst', 'p99 over quiet (at most 2)'],
    rows: [
      row('quiet', quiet, ''),
      row('during the flush', busy, times(percentile(busy, 0.99) / percentile(quiet, 0.99))),
    ],
  }
}

const row = (name: string, values: readonly number[], share: string): string[] => [
  name,
  String(values.length),
  ms(median(values)),
  ms(percentile(values, 0.99)),
  ms(Math.max(...values)),
  share,
]

async function allEnded(client: pg.Client): Promise<void> {
  for (;;) {
    const { rowCount } = await client.query('select from change where ended_at is null limit 1')
    if (rowCount === 0) return
    await delay(100)
  }
}

const accountOf = (reader: number): string => String(6n * 10n ** 17n + BigInt(reader))

async function linkReaders(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    for (let reader = 0; reader < readers; reader += 1)
      await client.query(
        'insert into discord_link (id, discord_user_id, member_id) select uuidv7(), $1, id from member where uid = $2',
        [accountOf(reader), uidOf(reader)],
      )
  })
}
