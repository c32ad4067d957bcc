import type { Slapd } from '../sandbox/servers/slapd.ts'
import { mb, watch } from './memory.ts'
import { mirrored, prepareProcesses, until, withClient } from './processes.ts'
import { printTable } from './report.ts'
import type { Stage } from './stage.ts'

const unchangedReads = 3

/** Resident memory of a worker, at most: while it reads a directory for the first time, and while it compares all of it again. */
export async function measureSyncMemory(stage: Stage, directory: Slapd): Promise<void> {
  const database = await stage.database()
  const processes = await prepareProcesses(stage, { databaseUrl: database.url, directory })
  const worker = await processes.start('worker')
  const during = async (work: () => Promise<void>) => {
    const watching = watch(new Map([['worker', worker] as const]))
    await work()
    return mb((await watching.stop()).get('worker'))
  }
  const first = await during(() => mirrored(database.url))
  const again = await during(async () => {
    for (let count = 0; count < unchangedReads; count += 1) await readAgain(database.url)
  })
  printTable(
    'sync: resident memory of the worker, at most',
    ['', 'at most', 'target'],
    [
      ['full read into an empty mirror', first, '300 MB'],
      [`full read into an unchanged mirror, ${unchangedReads} times`, again, '300 MB'],
    ],
  )
  for (const server of [worker, processes.discord]) await server.stop()
}

/** As an admin may ask for it. */
async function readAgain(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    await client.query(`insert into sync_run (id, mode, dry_run) values (uuidv7(), 'full', false)`)
    await client.query(`select pg_notify('sync_queued', '')`)
    await until('the directory was read again', async () => {
      const { rowCount } = await client.query(`select from sync_run where state in ('queued', 'running')`)
      return rowCount === 0
    })
  })
}
