import { expect, it } from 'vitest'
import { areTooManyAtOnce } from '../../../domain/rules/too-many-at-once.ts'

it.each([
  { lost: 5, total: 20, areTooMany: false, why: 'a quarter, but no more than five' },
  { lost: 6, total: 20, areTooMany: true, why: 'more than five, and than a fifth' },
  { lost: 20, total: 100, areTooMany: false, why: 'just a fifth' },
  { lost: 21, total: 100, areTooMany: true, why: 'more than a fifth' },
  { lost: 2, total: 2, areTooMany: false, why: 'all of two' },
  { lost: 3, total: 3, areTooMany: true, why: 'all of three' },
  { lost: 2, total: 3, areTooMany: false, why: 'all but one of three' },
])('$lost of $total are too many at once: $areTooMany ($why)', ({ lost, total, areTooMany }) => {
  expect(areTooManyAtOnce(lost, total)).toBe(areTooMany)
})
