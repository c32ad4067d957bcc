import { expect, it, vi } from 'vitest'
import { bulkSlots } from '../../worker/apply/bulk-slots.ts'

/** Whether each of these has its place by now. */
async function placesOf(...taking: Promise<() => void>[]): Promise<boolean[]> {
  const has = taking.map(() => false)
  taking.forEach((one, at) => void one.then(() => (has[at] = true)))
  await vi.advanceTimersByTimeAsync(0)
  return has
}

it('lets two large batches be worked on, and small ones beside them', async () => {
  vi.useFakeTimers()
  try {
    const slots = bulkSlots()
    const [first, second, third, fourth] = [100, 100, 100, 100].map((changes) => slots.take(changes))
    if (!first || !second || !third || !fourth) throw new Error('not four')
    expect(await placesOf(first, second, third, fourth, slots.take(1))).toEqual([
      true,
      true,
      false,
      false,
      true,
    ])
    ;(await second)()
    expect(await placesOf(third, fourth)).toEqual([true, false])
    // One that takes long, as where the directory does, no longer keeps others waiting.
    await vi.advanceTimersByTimeAsync(1000)
    expect(await placesOf(fourth, slots.take(100), slots.take(100))).toEqual([true, true, false])
    // Nor is its place given twice.
    ;(await first)()
    ;(await third)()
    expect(await placesOf(slots.take(100))).toEqual([false])
  } finally {
    vi.useRealTimers()
  }
})
