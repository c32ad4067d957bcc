import { pino } from 'pino'
import { type Directory, openDirectory } from '../adapters/ldap/directory.ts'
import { openDatabase } from '../domain/store/database.ts'
import type { Slapd } from '../sandbox/servers/slapd.ts'
import { drainLane } from '../worker/apply/drain-lane.ts'
import { readWorkerConfig } from '../worker/config.ts'
import type { WorkerContext } from '../worker/context.ts'
import { openContext } from '../worker/open-context.ts'
import { applyAll, listOf, queueAll, uidOf } from './latency-queue.ts'
import type { Table } from './latency-table.ts'
import { mirrored, prepareProcesses, withClient } from './processes.ts'
import { median, ms, percentile } from './report.ts'
import type { Environment, Stage } from './stage.ts'
import { asWorker } from '../sandbox/servers/as-worker.ts'

const size = { people: 2000, lists: 50, membersPerList: 100 }
/** `warmUps` come before anything is counted. */
const often = { applies: 200, warmUps: 20 }
const rarely: typeof often = { applies: 20, warmUps: 2 }

/** One change alone: from its commit to its recorded end with a worker as operators run it, and where that time goes. */
export async function costOfOneApply(stage: Stage, quick: boolean): Promise<Table> {
  const { applies, warmUps } = quick ? rarely : often
  const [database, directory] = [await stage.database(), await stage.directory(size)]
  const processes = await prepareProcesses(stage, { databaseUrl: database.url, directory })
  const worker = await processes.start('worker')
  await mirrored(database.url)
  const next = wishes()
  const whole: number[] = []
  for (let count = 0; count < warmUps + applies; count += 1) {
    const seconds = await applyAll(database.url, [next()])
    if (count >= warmUps) whole.push(seconds * 1000)
  }
  await worker.stop()
  const parts = await partsOf(processes.environment, directory, next, { applies, warmUps })
  return {
    title: `One apply: one change on a list of ${size.membersPerList}, ${applies} times, nothing else to do`,
    columns: ['', 'p50', 'p99'],
    rows: [
      row('from its commit until it is seen as ended (NOTIFY, job, lease, apply, record)', whole),
      row('the apply alone, in the worker', parts.total),
      row('of it: reading the list and the person', parts.read),
      row('of it: the modify', parts.modify),
      row('of it: Postgres (lease, its confirmation, record) and working it out', parts.rest),
    ],
  }
}

const row = (name: string, values: readonly number[]): string[] => [
  name,
  ms(median(values)),
  ms(percentile(values, 0.99)),
]

/** Each pair of person and list once. */
function wishes(): () => { uid: string; list: string } {
  let next = 0
  return () => {
    const wish = { uid: uidOf(size.people - 1 - (next % 10)), list: listOf(Math.floor(next / 10)) }
    next += 1
    return wish
  }
}

type Parts = { total: number[]; read: number[]; modify: number[]; rest: number[] }

async function partsOf(
  environment: Environment,
  slapd: Slapd,
  next: () => { uid: string; list: string },
  { applies, warmUps }: typeof often,
): Promise<Parts> {
  const databaseUrl = environment['DATABASE_URL'] ?? ''
  const spent = { read: 0, modify: 0 }
  const db = openDatabase(databaseUrl, { name: 'bench' })
  const directory = openDirectory(asWorker(slapd))
  const context = await openContext(readWorkerConfig(environment), pino({ level: 'silent' }), {
    db,
    directory: timed(directory, spent),
    jobs: {} as WorkerContext['jobs'],
    mailer: {} as WorkerContext['mailer'],
    discord: {} as WorkerContext['discord'],
    stopping: new AbortController().signal,
    later: () => undefined,
  })
  const parts: Parts = { total: [], read: [], modify: [], rest: [] }
  try {
    await withClient(databaseUrl, async (client) => {
      for (let count = 0; count < warmUps + applies; count += 1) {
        const wish = next()
        await queueAll(client, [wish])
        const { rows } = await client.query<{ lane: number }>('select lane from list where name = $1', [
          wish.list,
        ])
        Object.assign(spent, { read: 0, modify: 0 })
        const startedAt = performance.now()
        await drainLane(context, rows[0]?.lane ?? 0)
        const total = performance.now() - startedAt
        if (count < warmUps) continue
        parts.total.push(total)
        parts.read.push(spent.read)
        parts.modify.push(spent.modify)
        parts.rest.push(total - spent.read - spent.modify)
      }
    })
  } finally {
    await directory.close()
    await db.destroy()
  }
  return parts
}

/** The same directory, with the time counted that the worker waits for it; its reads run side by side. */
function timed(directory: Directory, spent: { read: number; modify: number }): Directory {
  let readsBegan = 0
  let reading = 0
  const read = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (reading === 0) readsBegan = performance.now()
    reading += 1
    try {
      return await work()
    } finally {
      reading -= 1
      if (reading === 0) spent.read += performance.now() - readsBegan
    }
  }
  return {
    ...directory,
    findList: (id) => read(() => directory.findList(id)),
    findPeople: (ids) => read(() => directory.findPeople(ids)),
    modifyMembers: async (dn, change) => {
      const startedAt = performance.now()
      try {
        return await directory.modifyMembers(dn, change)
      } finally {
        spent.modify += performance.now() - startedAt
      }
    },
  }
}
