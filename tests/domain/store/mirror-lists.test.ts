import { expect, it } from 'vitest'
import { linkWordsFrom } from '../../../api/pages/link-words.ts'
import type { ListClass } from '../../../domain/contracts/directory.ts'
import { rows, type Transaction } from '../../../domain/store/database.ts'
import { fillLists } from '../../../domain/store/fill-lists.ts'
import { forgetMember } from '../../../domain/store/forget-member.ts'
import { writeMemberships } from '../../../domain/store/mirror-memberships.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'

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

const waitsForTable = ({ db }: World) =>
  waitUntil('somebody waits for the table', async () => {
    const [waits] = await rows(
      db,
      `select 1 from pg_locks where not granted and relation = 'membership'::regclass`,
    )
    return waits ?? null
  })

const onList = ({ db }: World) => rows<{ memberId: string }>(db, 'select member_id from membership')

it.for(['new', 'known'] as const)(
  'who is deleted while a %s list is being written is on it no more',
  async (kind, t) => {
    const { world, lists, leaves, forget } = await beforeSheLeaves(t)
    const writing = await world.db.transaction()
    await writes[kind](writing, lists, options)
    await leaves()
    const forgetting = world.db.transaction(forget)
    await waitsForTable(world)
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
  await waitsForTable(world)
  await forgetting.commit()
  await writing
  expect(await onList(world)).toEqual([{ memberId: await world.memberId('bob') }])
})
