import { freePort } from '../sandbox/free-port.ts'
import { applyAll, newcomersOf, type Wish } from './latency-queue.ts'
import type { Table } from './latency-table.ts'
import { mirrored, prepareProcesses } from './processes.ts'
import { ms } from './report.ts'
import type { Size, Stage } from './stage.ts'

type Batch = { name: string; size: Size; wishes: Wish[]; workers: number }

function batchesOf(lists: number): Batch[] {
  const oneList: Size = { people: 12_000, lists: 20, membersPerList: 100 }
  const manyLists: Size = { people: 12_000, lists, membersPerList: 100 }
  const onOne = newcomersOf(0, 20 * lists, oneList)
  const overMany = Array.from({ length: lists }, (_, list) => newcomersOf(list, 100, manyLists)).flat()
  const over = `over ${lists} lists`
  return [
    { name: 'on one list of 100, one worker', size: oneList, wishes: onOne, workers: 1 },
    { name: `${over}, one worker`, size: manyLists, wishes: overMany, workers: 1 },
    { name: `${over}, four workers`, size: manyLists, wishes: overMany, workers: 4 },
  ]
}

/** Very many changes at once, from their commit until the last one has ended. */
export async function veryLargeBatches(stage: Stage, quick: boolean): Promise<Table> {
  const rows: string[][] = []
  for (const { name, size, wishes, workers } of batchesOf(quick ? 50 : 500)) {
    const [database, directory] = [await stage.database(), await stage.directory(size)]
    const processes = await prepareProcesses(stage, { databaseUrl: database.url, directory })
    const running = [await processes.start('worker')]
    await mirrored(database.url)
    for (let count = 1; count < workers; count += 1)
      running.push(await processes.start('worker', { HEALTH_PORT: String(await freePort()) }))
    const seconds = await applyAll(database.url, wishes)
    rows.push([
      `${wishes.length.toLocaleString('en')} changes ${name}`,
      ms(seconds * 1000),
      Math.round(wishes.length / seconds).toLocaleString('en'),
    ])
    for (const server of [...running, directory, processes.discord]) await server.stop()
  }
  return { title: 'Very large batches', columns: ['', 'until all have ended', 'changes/s'], rows }
}
