import { expect, it, vi } from 'vitest'
import { bulkSlot } from '../../../worker/apply/bulk-slot.ts'

/** Whether each of these has its place by now. */
async function placesOf(...taking: Promise<() => void>[]): Promise<boolean[]> {
  const has = taking.map(() => false)
  taking.forEach((one, at) => void one.then(() => (has[at] = true)))
  await vi.advanceTimersByTimeAsync(0)
  return has
}

it('lets one large batch be worked on, and small ones beside it', async () => {
  vi.useFakeTimers()
  try {
    const slot = bulkSlot()
    const [first, second, third] = [100, 100, 100].map((changes) => slot.take(changes))
    if (!first || !second || !third) throw new Error('not three')
    expect(await placesOf(first, second, third, slot.take(1))).toEqual([true, false, false, true])
    ;(await first)()
    expect(await placesOf(second, third)).toEqual([true, false])
    // One that takes long, as where the directory does, no longer keeps others waiting.
    await vi.advanceTimersByTimeAsync(1000)
    expect(await placesOf(third, slot.take(100))).toEqual([true, false])
    // Nor is its place given twice.
    ;(await second)()
    expect(await placesOf(slot.take(100))).toEqual([false])
  } finally {
    vi.useRealTimers()
  }
})
