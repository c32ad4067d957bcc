import { expect, it } from 'vitest'
import { linkWordsFrom } from '../../../../texts/link-words.ts'
import type { ListClass } from '../../../../domain/contracts/directory.ts'
import { databaseTime } from '../../../../domain/store/database-time.ts'
import { openDatabase, rows, type Transaction } from '../../../../domain/store/database.ts'
import { fillLists } from '../../../../domain/store/mirror/fill-lists.ts'
import { forgetMember } from '../../../../domain/store/members/forget-member.ts'
import { mirrorLists } from '../../../../domain/store/mirror/mirror-lists.ts'
import { writeMemberships } from '../../../../domain/store/mirror/mirror-memberships.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'
import { createWorld, somebodyWaits, type World } from '../../../_support/world.ts'

const options = { listClass: 'groupOfUniqueNames' as ListClass, placeholderKey: 'cn=nobody' }
const writes = { new: fillLists, known: writeMemberships }

/** A world without a worker, in which nobody is on `news`, with alice about to leave the directory. */
async function beforeSheLeaves(t: Parameters<typeof createWorld>[1]) {
  const world = await createWorld({}, t)
  const worker = await world.worker()
  await world.mirrored()
  await worker.stop()
  await rows(world.db, 'delete from membership')
  const [list] = await rows<{ id: string }>(world.db, `select id from list where name = 'news'`)
  const dnOf = (uid: string) => world.directory.personDn(uid)
  const members = new Map(['alice', 'bob'].map((uid) => [dnOf(uid).toLowerCase(), dnOf(uid)]))
  const alice = await world.memberId('alice')
  const leaves = () =>
    rows(world.db, `update member set state = 'gone', gone_at = now() where id = :alice`, { alice })
  const words = linkWordsFrom('http://guildpost.test')
  const forget = (tx: Transaction) =>
    forgetMember(tx, { memberId: alice, via: 'web', words, requestId: null })
  return { world, lists: [{ id: list?.id ?? '', members }], leaves, forget }
}

const onList = ({ db }: World) => rows<{ memberId: string }>(db, 'select member_id from membership')

it.for(['new', 'known'] as const)(
  'who is deleted while a %s list is being written is on it no more',
  async (kind, t) => {
    const { world, lists, leaves, forget } = await beforeSheLeaves(t)
    const writing = await world.db.transaction()
    await writes[kind](writing, lists, options)
    await leaves()
    const forgetting = world.db.transaction(forget)
    await somebodyWaits(world)
    await writing.commit()
    await forgetting
    expect(await onList(world)).toEqual([{ memberId: await world.memberId('bob') }])
  },
)

it.for(['new', 'known'] as const)('who is being deleted does not come onto a %s list', async (kind, t) => {
  const { world, lists, leaves, forget } = await beforeSheLeaves(t)
  await leaves()
  const forgetting = await world.db.transaction()
  await forget(forgetting)
  const writing = world.db.transaction(async (tx) => {
    await writes[kind](tx, lists, options)
  })
  await somebodyWaits(world)
  await forgetting.commit()
  await writing
  expect(await onList(world)).toEqual([{ memberId: await world.memberId('bob') }])
})

it('who is to be deleted while a list is being written for long is told to try again, and holds nobody up', async (t) => {
  const { world, lists, leaves, forget } = await beforeSheLeaves(t)
  const worker = await world.worker()
  const writing = await world.db.transaction()
  await fillLists(writing, [{ id: newId(), members: lists[0]?.members ?? new Map() }], options)
  await leaves()
  const forgetting = world.db.transaction(forget).catch((error: unknown) => error)
  await somebodyWaits(world)
  const change = await world.request('bob', 'subscribe', 'jobs')
  expect(await world.ended(change.id)).toMatchObject({ state: 'applied' })
  expect(await forgetting).toMatchObject({ code: 'UNAVAILABLE', retryAfterS: 10 })
  await writing.rollback()
  await worker.stop()
})

it('a read that a newer one overtook takes back nothing of that, and is to be made again', async (t) => {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { poolMax: 2 })
  cleanUpAfter(t, () => db.destroy())
  const begunAt = await databaseTime(db)
  const mirror = (description: string, second: number) => {
    const [name, dn] = ['news', 'cn=news']
    const version = `2026112100000${second}.000000Z#000000#000#000000`
    const list = { entryUuid: 'a', version, dn, name, displayName: name, description, ownerKeys: [] }
    return mirrorLists(db, [{ list, members: new Map() }], {
      ...options,
      firstJoin: 'open',
      firstHidden: false,
      begunAt,
      again: new Set(),
    })
  }
  expect(await mirror('newer', 2)).toMatchObject({ written: 1, left: [] })
  expect(await mirror('older', 1)).toMatchObject({ written: 0, left: ['a'] })
  expect(await rows(db, 'select description from list')).toEqual([{ description: 'newer' }])
  expect(await mirror('newest', 3)).toMatchObject({ written: 1, left: [] })
})
