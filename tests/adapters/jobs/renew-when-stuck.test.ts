import { describe, expect, it, type TestContext } from 'vitest'
import { renewWhenStuck } from '../../../adapters/jobs/renew-when-stuck.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'

/** A connection that gives no answer `unanswered` times, once it was asked the first time. */
function watching(t: TestContext, unanswered: number) {
  const seen = { asked: 0, opened: 0, taken: 0, discarded: 0 }
  const end = renewWhenStuck({
    probe: async () => {
      seen.asked += 1
      if (seen.asked > 1 && seen.asked <= 1 + unanswered) throw new Error('no answer')
    },
    open: async () => (seen.opened += 1),
    take: () => void (seen.taken += 1),
    discard: () => void (seen.discarded += 1),
  })
  cleanUpAfter(t, end)
  return seen
}

describe.concurrent('a connection', () => {
  it('that misses an answer or two is kept, and no other one is opened', async (t) => {
    const seen = watching(t, 2)
    await t.expect.poll(() => seen.asked).toBeGreaterThan(4)
    expect(seen).toMatchObject({ opened: 0, taken: 0 })
  })

  it('that answers again once another one was opened is kept', async (t) => {
    const seen = watching(t, 3)
    await t.expect.poll(() => seen.discarded).toBe(1)
    expect(seen.taken).toBe(0)
  })

  it('that still gives no answer makes room for the other one', async (t) => {
    const seen = watching(t, 4)
    await t.expect.poll(() => seen.taken).toBe(1)
    expect(seen.discarded).toBe(0)
  })
})
