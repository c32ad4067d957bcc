import { expect, it } from 'vitest'
import { slots as slotsOf } from '../../../worker/deliver/slots.ts'

const none = async () => 'nothing' as const

it('never more than two at a time, however many ask', async () => {
  const slots = slotsOf(2)
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
  const asked = [slots.begin(step), slots.begin(step), slots.begin(step)]
  expect(inHand).toBe(2)
  done.resolve('done')
  await Promise.all(asked)
  expect(left).toBe(0)
})

it('who asks while a look is on its way gets a look of their own', async () => {
  const slots = slotsOf(2)
  const looks: PromiseWithResolvers<'nothing'>[] = []
  const look = () => {
    const one = Promise.withResolvers<'nothing'>()
    looks.push(one)
    return one.promise
  }
  const first = slots.begin(look)
  expect(looks).toHaveLength(2)
  await slots.begin(none)
  for (const one of looks.splice(0)) one.resolve('nothing')
  await new Promise(setImmediate)
  expect(looks).toHaveLength(2)
  for (const one of looks) one.resolve('nothing')
  await first
})

it('a turn that fails is free again', async () => {
  const slots = slotsOf(2)
  await expect(slots.begin(() => Promise.reject(new Error('away')))).rejects.toThrow('away')
  let looked = 0
  await slots.begin(async () => {
    looked += 1
    return 'nothing'
  })
  expect(looked).toBe(2)
})

it('one timer wakes it, an earlier one in its place', () => {
  let now = 0
  const slots = slotsOf(2, () => now)
  expect([slots.wakesFirst(1000), slots.wakesFirst(1000), slots.wakesFirst(5000)]).toEqual([
    true,
    false,
    false,
  ])
  expect(slots.wakesFirst(200)).toBe(true)
  now = 300
  expect(slots.wakesFirst(2000)).toBe(true)
})

it('who was woken a little before the time is woken again', () => {
  let now = 0
  const slots = slotsOf(2, () => now)
  expect(slots.wakesFirst(50)).toBe(true)
  now = 49.3
  expect(slots.wakesFirst(50)).toBe(true)
})
