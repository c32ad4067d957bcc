import { expect, it } from 'vitest'
import type { FeedEvent } from '../../../domain/contracts/feed.ts'
import { createFeedInbox, type Work } from '../../../worker/sync/feed-inbox.ts'

const changed = (entryUuid: string, version: string): FeedEvent => ({ kind: 'changed', entryUuid, version })
const deleted = (...entryUuids: string[]): FeedEvent => ({ kind: 'deleted', entryUuids })
const present = (...entryUuids: string[]): FeedEvent => ({ kind: 'present', entryUuids })
const refreshed = (deletesByAbsence: boolean): FeedEvent => ({ kind: 'refreshed', deletesByAbsence })
const cookie = (text: string): FeedEvent => ({ kind: 'cookie', cookie: text })

/** What there is to look at once all of this was said. */
function after(...events: FeedEvent[]): Work | null {
  const inbox = createFeedInbox()
  inbox.take(events)
  return inbox.empty()
}

it('of what changed twice the version is known no more: it is fetched whatever the mirror has', () => {
  expect(after(changed('news', '1'))?.changed).toEqual(new Map([['news', '1']]))
  expect(after(changed('news', '1'), changed('news', '1'))?.changed).toEqual(new Map([['news', '1']]))
  expect(after(changed('news', '2'), changed('news', '1'))?.changed).toEqual(new Map([['news', null]]))
})

it('who was deleted and is there again is fetched, and looked for no more', () => {
  const work = after(deleted('news', 'chess'), changed('news', '1'))
  expect(work).toMatchObject({ changed: new Map([['news', null]]), missing: new Set(['chess']) })
})

it('who was told of in a refresh, whatever was said of them, was there at its end', () => {
  const work = after(changed('news', '1'), present('chess'), refreshed(true))
  expect(work?.present).toEqual(new Set(['news', 'chess']))
})

it('a refresh that told who was deleted says nothing about whoever it left out', () => {
  expect(after(changed('news', '1'), refreshed(false))?.present).toBeNull()
})

it('a cookie from the middle of a refresh is kept back until that is over', () => {
  const inbox = createFeedInbox()
  inbox.take([changed('news', '1'), cookie('in the middle')])
  expect(inbox.empty()).toMatchObject({ changed: new Map([['news', '1']]), cookie: null })
  inbox.take([refreshed(true)])
  expect(inbox.empty()).toMatchObject({ present: new Set(['news']), cookie: 'in the middle' })
  expect(inbox.empty()).toBeNull()
})
