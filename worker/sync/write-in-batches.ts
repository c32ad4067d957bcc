/**
 * Writes what is read in batches of `atOnce` (counted by `weigh`), and reads on while the last batch is being written. At most two
 * batches are in memory. Ends when everything is written; throws what reading or writing threw.
 */
export async function writeInBatches<Item>(
  pieces: AsyncIterable<Item[]>,
  {
    atOnce,
    weigh,
    write,
  }: { atOnce: number; weigh: (item: Item) => number; write: (batch: Item[]) => Promise<void> },
): Promise<void> {
  let batch: Item[] = []
  let weight = 0
  let writing = Promise.allSettled<void>([])
  try {
    for await (const piece of pieces) {
      for (const item of piece) {
        batch.push(item)
        weight += weigh(item)
      }
      if (weight < atOnce) continue
      throwFailed(await writing)
      writing = Promise.allSettled([write(batch)])
      batch = []
      weight = 0
    }
  } finally {
    // Also when reading failed: nothing of this read may still be on its way when the next one begins.
    await writing
  }
  throwFailed(await writing)
  await write(batch)
}

function throwFailed(results: PromiseSettledResult<void>[]): void {
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
