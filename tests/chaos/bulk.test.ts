import { expect, it } from 'vitest'
import { createWorld } from '../_support/world.ts'

it('a batch has its place while it is worked on, and gives it back', async (t) => {
  const world = await createWorld({}, t)
  const asked: number[] = []
  let places = 0
  await world.worker({
    bulkSlot: {
      take: async (changes) => {
        asked.push(changes)
        places += 1
        return () => void (places -= 1)
      },
    },
  })
  await world.mirrored()
  const { id } = await world.request('bob', 'subscribe', 'news')
  expect(await world.ended(id)).toMatchObject({ state: 'applied' })
  expect(asked).toEqual([1])
  await expect.poll(() => places).toBe(0)
})
