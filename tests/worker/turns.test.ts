import { expect, it } from 'vitest'
import { turns as turnsOf } from '../../worker/deliver/turns.ts'

const none = async () => 'nothing' as const

it('never more than two at a time, however many ask', async () => {
  const turns = turnsOf(2)
  const done = Promise.withResolvers<'done'>()
  let inHand = 0
  let left = 5
  const step = async () => {
    if (left === 0) return 'nothing' as const
    left -= 1
    inHand += 1
    expect(inHand).toBeLessThanOrEqual(2)
    await done.promise
    inHand -= 1
    return 'done' as const
  }
  const asked = [turns.begin(step), turns.begin(step), turns.begin(step)]
  expect(inHand).toBe(2)
  done.resolve('done')
  await Promise.all(asked)
  expect(left).toBe(0)
})

it('who asks while a look is on its way gets a look of their own', async () => {
  const turns = turnsOf(2)
  const looks: PromiseWithResolvers<'nothing'>[] = []
  const look = () => {
    const one = Promise.withResolvers<'nothing'>()
    looks.push(one)
    return one.promise
  }
  const first = turns.begin(look)
  expect(looks).toHaveLength(2)
  await turns.begin(none)
  for (const one of looks.splice(0)) one.resolve('nothing')
  await new Promise(setImmediate)
  expect(looks).toHaveLength(2)
  for (const one of looks) one.resolve('nothing')
  await first
})

it('a turn that fails is free again', async () => {
  const turns = turnsOf(2)
  await expect(turns.begin(() => Promise.reject(new Error('away')))).rejects.toThrow('away')
  let looked = 0
  await turns.begin(async () => {
    looked += 1
    return 'nothing'
  })
  expect(looked).toBe(2)
})

it('one timer wakes it, an earlier one in its place', () => {
  let now = 0
  const turns = turnsOf(2, () => now)
  expect([turns.wakesFirst(1000), turns.wakesFirst(1000), turns.wakesFirst(5000)]).toEqual([
    true,
    false,
    false,
  ])
  expect(turns.wakesFirst(200)).toBe(true)
  now = 300
  expect(turns.wakesFirst(2000)).toBe(true)
})

it('who was woken a little before the time is woken again', () => {
  let now = 0
  const turns = turnsOf(2, () => now)
  expect(turns.wakesFirst(50)).toBe(true)
  now = 49.3
  expect(turns.wakesFirst(50)).toBe(true)
})
