import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createSeconds } from '../../../worker/sync/seconds-seen.ts'

let ms = 0
beforeEach(() => void vi.spyOn(performance, 'now').mockImplementation(() => ms))
afterEach(() => void vi.restoreAllMocks())

const [noon, later] = ['20260101120000Z', '20260101120001Z']

/** Who is looked at when the directory names these, each changed at this time. */
function whoLooksAt(seconds: ReturnType<typeof createSeconds>, named: Record<string, string>): string[] {
  const all = Object.entries(named).map(([entryUuid, version]) => ({ entryUuid, version }))
  return seconds.leaveOutSeen(all).map(({ entryUuid }) => entryUuid)
}

it('who is named is looked at until the second in which they changed is over, and once after that', () => {
  const seconds = createSeconds()
  const looked = [0, 500, 1900, 2100, 9000].map((at) => {
    ms = at
    return whoLooksAt(seconds, { ada: noon })
  })
  expect(looked).toEqual([['ada'], ['ada'], ['ada'], ['ada'], []])
})

it('who changed in another second is looked at again', () => {
  const seconds = createSeconds()
  for (ms of [0, 2100]) whoLooksAt(seconds, { ada: noon, bob: noon })
  ms = 5000
  expect(whoLooksAt(seconds, { ada: later, bob: noon })).toEqual(['ada'])
})

it('who was not named for a while is looked at again', () => {
  const seconds = createSeconds()
  for (ms of [0, 2100]) whoLooksAt(seconds, { ada: noon })
  whoLooksAt(seconds, {})
  expect(whoLooksAt(seconds, { ada: noon })).toEqual(['ada'])
})
