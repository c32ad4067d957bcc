import { beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase, rows } from '../../../../domain/store/database.ts'
import { directoryAgeS } from '../../../../domain/store/mirror/directory-age.ts'
import { confirmFeeds, feedAgeS, openFeed, storeCookie } from '../../../../domain/store/mirror/feed.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'

let db: Database
beforeEach(async (t) => {
  const { url } = await createTestDatabase(t)
  db = openDatabase(url, { poolMax: 1 })
  cleanUpAfter(t, () => db.destroy())
})

const open = async (mode: 'syncrepl' | 'version' | 'full') => [
  await openFeed(db, 'people', mode),
  await openFeed(db, 'lists', mode),
]
const wasRead = (minutesAgo: number, { state = 'done', dryRun = false } = {}) =>
  rows(
    db,
    `insert into sync_run (id, mode, dry_run, state, started_at, ended_at)
     values (:id, 'full', :dryRun, :state, now(), now() - make_interval(mins => :minutesAgo))`,
    { id: newId(), state, dryRun, minutesAgo },
  )
const minutes = (seconds: number | null) => (seconds === null ? null : Math.round(seconds / 60))

describe('a cookie', () => {
  it('is gone on from only by a feed of the same kind', async () => {
    await open('syncrepl')
    await storeCookie(db, { base: 'people', from: null, to: 'rid=000' })
    expect(await open('syncrepl')).toEqual(['rid=000', null])
    expect(await open('version')).toEqual([null, null])
    expect(await open('syncrepl')).toEqual([null, null])
  })
})

describe('the mirror is as old', () => {
  it('as its last read, where no feed is alive', async () => {
    expect(await directoryAgeS(db)).toBeNull()
    await wasRead(30)
    expect(minutes(await directoryAgeS(db))).toBe(30)
  })

  it('as the last that was done to its end and written', async () => {
    await wasRead(30)
    await wasRead(2, { state: 'failed' })
    await wasRead(1, { dryRun: true })
    expect(minutes(await directoryAgeS(db))).toBe(30)
  })

  it('as the older one of its two feeds', async () => {
    await wasRead(60)
    await open('syncrepl')
    await confirmFeeds(db, 600)
    await rows(db, `update feed set confirmed_at = now() where base = 'lists'`)
    expect([minutes(await directoryAgeS(db)), minutes(await feedAgeS(db))]).toEqual([10, 10])
  })

  it('as its last read where one of the two is not alive', async () => {
    await wasRead(60)
    await openFeed(db, 'people', 'syncrepl')
    await confirmFeeds(db, 0)
    expect([minutes(await directoryAgeS(db)), await feedAgeS(db)]).toEqual([60, null])
    await openFeed(db, 'lists', 'syncrepl')
    expect([minutes(await directoryAgeS(db)), await feedAgeS(db)]).toEqual([60, null])
  })

  it('as if it had never been read before the first read, whatever a feed says', async () => {
    await open('syncrepl')
    await confirmFeeds(db, 0)
    expect(await directoryAgeS(db)).toBeNull()
  })

  it('as its last read from when it is only read, whatever a feed said before', async () => {
    await wasRead(60)
    await open('syncrepl')
    await confirmFeeds(db, 0)
    await open('full')
    await confirmFeeds(db, 0)
    expect([minutes(await directoryAgeS(db)), await feedAgeS(db)]).toEqual([60, null])
  })
})
