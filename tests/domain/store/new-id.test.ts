import { expect, it } from 'vitest'
import { validate, version } from 'uuid'
import { newIds } from '../../../domain/store/new-id.ts'

it('many ids are UUIDv7 of now, in their order, and no two are the same', () => {
  const before = Date.now()
  const ids = newIds(10_000)
  expect(ids).toHaveLength(10_000)
  expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true)
  expect(ids).toEqual(ids.toSorted())
  expect(new Set([...ids, ...newIds(10_000)]).size).toBe(20_000)
  const at = Number.parseInt((ids[0] ?? '').replaceAll('-', '').slice(0, 12), 16)
  expect(at).toBeGreaterThanOrEqual(before)
  expect(at).toBeLessThanOrEqual(Date.now())
  expect(newIds(0)).toEqual([])
})
