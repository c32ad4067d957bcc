import { expect, it } from 'vitest'
import { lastingTrouble } from '../../../domain/rules/lasting-trouble.ts'

/** What is said of trouble that is met at these seconds for these reasons. */
function saidOf(...times: [atS: number, reason: unknown][]) {
  let nowMs = 0
  const said: string[] = []
  const trouble = lastingTrouble(() => nowMs)
  const meet = (atS: number, error: unknown) => {
    nowMs = atS * 1000
    trouble.met(error, () => said.push(`${atS} ${error instanceof Error ? error.message : String(error)}`))
  }
  const end = (atS: number) => {
    nowMs = atS * 1000
    trouble.over((lastedMs) => said.push(`${atS} over after ${lastedMs / 1000}`))
  }
  for (const [atS, reason] of times)
    if (reason === 'over') end(atS)
    else meet(atS, reason)
  return said
}

it('is said when it begins, and once a minute while it lasts', () => {
  const everySecond = Array.from({ length: 150 }, (_, atS): [number, string] => [atS, 'refused'])
  expect(saidOf(...everySecond)).toEqual(['0 refused', '60 refused', '120 refused'])
})

it('is said at once when its reason is another one, also where two reasons take turns', () => {
  const inTurns = Array.from({ length: 70 }, (_, atS): [number, Error] => [
    atS,
    new Error(atS % 2 === 0 ? 'refused' : 'reset'),
  ])
  expect(saidOf(...inTurns)).toEqual(['0 refused', '1 reset', '60 refused', '61 reset'])
})

it('is said to be over once, and said at once when it comes back', () => {
  expect(
    saidOf([0, 'refused'], [1, 'refused'], [5, 'over'], [6, 'over'], [7, 'refused'], [9, 'over']),
  ).toEqual(['0 refused', '5 over after 5', '7 refused', '9 over after 2'])
})

it('that never was is not over', () => {
  expect(saidOf([3, 'over'])).toEqual([])
})

const tried = (code: string) => new AggregateError([new Error(`connect ${code}`)])

it('has the reason of the first address where several were tried', () => {
  const said: string[] = []
  const trouble = lastingTrouble(() => 0)
  for (const code of ['ECONNREFUSED', 'ECONNREFUSED', 'ETIMEDOUT'])
    trouble.met(tried(code), () => said.push(code))
  expect(said).toEqual(['ECONNREFUSED', 'ETIMEDOUT'])
})
