/**
 * Writes what is read in batches of `atOnce` (counted by `weigh`), at most `inFlight` of them at a time, and reads on while they
 * are being written; one batch more is in memory. Ends when everything is written; throws what reading or writing threw.
 */
export async function writeInBatches<Item>(
  pieces: AsyncIterable<Item[]>,
  {
    atOnce,
    weigh,
    inFlight,
    write,
  }: {
    atOnce: number
    weigh: (item: Item) => number
    inFlight: number
    write: (batch: Item[]) => Promise<void>
  },
): Promise<void> {
  const writing = new Set<Promise<void>>()
  const failures: unknown[] = []
  const start = async (batch: Item[]) => {
    if (writing.size >= inFlight) await Promise.race(writing)
    if (failures.length > 0) return
    const done: Promise<void> = write(batch)
      .catch((error: unknown) => void failures.push(error))
      .then(() => void writing.delete(done))
    writing.add(done)
  }
  let batch: Item[] = []
  let weight = 0
  try {
    for await (const piece of pieces) {
      for (const item of piece) {
        batch.push(item)
        weight += weigh(item)
      }
      if (weight < atOnce) continue
      await start(batch)
      if (failures.length > 0) break
      batch = []
      weight = 0
    }
    await start(batch)
  } finally {
    // Also when reading failed: nothing of this read may still be on its way when the next one begins.
    await Promise.all(writing)
  }
  if (failures.length > 0) throw failures[0]
}
