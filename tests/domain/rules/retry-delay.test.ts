import { describe, expect, it } from 'vitest'
import { probeDelayMs, retryDelayMs } from '../../../domain/rules/retry-delay.ts'

const least = () => 0
const most = () => 1

describe('what is tried again', () => {
  it('waits half a second, one, two, four and eight at first, then twice as long each time, up to five minutes', () => {
    const pausesS = Array.from({ length: 13 }, (_, attempts) => retryDelayMs(attempts, least) / 1000)
    expect(pausesS).toEqual([0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
    expect(retryDelayMs(10_000, least)).toBe(300_000)
  })

  it.each([0, 1, 4, 5, 9, 10, 10_000])('after %d attempts waits up to a quarter longer', (attempts) => {
    const shortest = retryDelayMs(attempts, least)
    expect(retryDelayMs(attempts, most)).toBe(shortest * 1.25)
    expect(retryDelayMs(attempts, () => 0.5)).toBe(Math.round(shortest * 1.125))
  })

  it('marches in step with nobody', () => {
    const pauses = Array.from({ length: 200 }, () => retryDelayMs(3))
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(4000)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(5000)
    expect(new Set(pauses).size).toBeGreaterThan(20)
  })
})

const probesS = (unreachable: boolean, counts: number[]) =>
  counts.map((probes) => probeDelayMs(probes, { unreachable }) / 1000)

describe('a paused target', () => {
  it('that is away is looked for every two seconds at least, and rarer after ten minutes', () => {
    expect(probesS(true, [0, 1, 2, 3, 4, 299, 300, 10_000])).toEqual([0.5, 1, 2, 2, 2, 2, 15, 15])
  })

  it('that refuses us is asked rarer and rarer, once a minute in the end', () => {
    expect(probesS(false, [0, 1, 2, 3, 4, 5, 6, 7, 10_000])).toEqual([0.5, 1, 2, 4, 8, 16, 32, 60, 60])
  })
})
