import { expect, it } from 'vitest'
import { writeInBatches } from '../../../worker/sync/write-in-batches.ts'

async function* pieces(...some: number[][]) {
  for (const piece of some) yield piece
}

const how = { atOnce: 2, weigh: () => 1 }

it('writes everything once, the last batch beside the others, and never more than so many at a time', async () => {
  const lastBegan = Promise.withResolvers<void>()
  const written: number[][] = []
  let atOnce = 0
  let most = 0
  await writeInBatches(pieces([1], [2, 3], [4, 5], [6]), {
    ...how,
    inFlight: 2,
    write: async (batch) => {
      atOnce += 1
      most = Math.max(most, atOnce)
      if (batch.includes(6)) lastBegan.resolve()
      if (batch.includes(1)) await lastBegan.promise
      await Promise.resolve()
      written.push(batch)
      atOnce -= 1
    },
  })
  expect(written.toSorted(([one = 0], [other = 0]) => one - other)).toEqual([[1, 2, 3], [4, 5], [6]])
  expect(most).toBe(2)
})

it('one at a time keeps their order', async () => {
  const written: number[] = []
  const write = async (batch: number[]) => {
    // The first takes longest.
    for (let turns = 100; turns > 20 * (batch[0] ?? 0); turns -= 1) await Promise.resolve()
    written.push(...batch)
  }
  await writeInBatches(pieces([1, 2], [3, 4], [5]), { ...how, inFlight: 1, write })
  expect(written).toEqual([1, 2, 3, 4, 5])
})

it('ends only when nothing is being written any more, with what went wrong first, and reads and begins nothing after that', async () => {
  const slow = Promise.withResolvers<void>()
  const begun: number[][] = []
  const read: number[] = []
  let ended = false
  async function* reading() {
    for await (const piece of pieces([1, 2], [3, 4], [5, 6], [7, 8])) {
      read.push(...piece)
      yield piece
    }
  }
  const done = writeInBatches(reading(), {
    ...how,
    inFlight: 2,
    write: async (batch) => {
      begun.push(batch)
      if (batch[0] === 1) await slow.promise
      if (batch[0] === 3) throw new Error('Postgres is away')
    },
  }).finally(() => (ended = true))
  done.catch(() => undefined)
  await expect.poll(() => begun.length).toBe(2)
  expect(ended).toBe(false)
  slow.resolve()
  await expect(done).rejects.toThrow('Postgres is away')
  expect(begun).toEqual([
    [1, 2],
    [3, 4],
  ])
  expect(read).not.toContain(7)
})
