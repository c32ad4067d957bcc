import { expect, it } from 'vitest'
import { isBeyondRemovalLimit } from '../../../domain/rules/removal-limit.ts'

const asShipped = { percent: 20, count: 5 }

it.each([
  { removed: 5, size: 10, isBeyond: false, why: 'half of a list, but no more than the count' },
  { removed: 6, size: 30, isBeyond: false, why: 'more than the count, but just the percentage' },
  { removed: 6, size: 29, isBeyond: true, why: 'more than both' },
  { removed: 20, size: 101, isBeyond: false, why: 'many of a large list, but less than the percentage' },
  { removed: 2, size: 2, isBeyond: false, why: 'all of two' },
  { removed: 3, size: 3, isBeyond: true, why: 'all of three' },
  { removed: 2, size: 3, isBeyond: false, why: 'all but one of three' },
  { removed: 0, size: 0, isBeyond: false, why: 'nobody of an empty list' },
])('$removed of $size are beyond the removal limit: $isBeyond ($why)', ({ removed, size, isBeyond }) => {
  expect(isBeyondRemovalLimit(removed, size, asShipped)).toBe(isBeyond)
})

it('where nobody may be taken off unasked one is too many; where the percentage never is reached, all but the last ones may be', () => {
  expect(isBeyondRemovalLimit(1, 1000, { percent: 0, count: 0 })).toBe(true)
  expect(isBeyondRemovalLimit(900, 1000, { percent: 100, count: 0 })).toBe(false)
})
