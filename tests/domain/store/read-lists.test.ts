import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { readList } from '../../../domain/store/read-lists.ts'
import { createWorld } from '../../_support/world.ts'

it('tells how many are on a list, and who owns it, to its owners and to admins only', async (t) => {
  const world = await createWorld({}, t)
  await world.directory.ldapmodify(
    `dn: ${world.directory.listDn('chess')}\nchangetype: modify\nadd: owner\nowner: ${world.directory.personDn('bob')}\n`,
  )
  await world.worker()
  await world.mirrored()
  const seenBy = async (uid: string, isAdmin = false) =>
    readList(world.db, { memberId: await world.memberId(uid), isAdmin }, 'chess')
  const inside = { owners: ['bob'], memberCount: (await world.directory.membersOf('chess')).length }
  expect(await seenBy('bob')).toMatchObject(inside)
  expect(await seenBy('ada', true)).toMatchObject(inside)
  expect(Object.keys((await seenBy('alice')) ?? {})).not.toEqual(
    expect.arrayContaining(['owners', 'memberCount']),
  )
})

it('before the first full read a list is not yet known, not unknown', async (t) => {
  const world = await createWorld({}, t)
  const worker = await world.worker()
  await world.mirrored()
  await worker.stop()
  await rows(world.db, 'delete from sync_run')
  await rows(world.db, `update list set state = 'gone', gone_at = now() where name = 'chess'`)
  await expect(world.request('alice', 'subscribe', 'chess')).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    reason: 'MIRROR_MISSING',
  })
})
