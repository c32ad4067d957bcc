import { expect, it } from 'vitest'
import { rows } from '../../../../domain/store/database.ts'
import { readList } from '../../../../domain/store/lists/read-lists.ts'
import { createWorld } from '../../../_support/world.ts'

it('tells how many are on a list, and who owns it, to its owners and to admins only', async (t) => {
  const world = await createWorld({}, t)
  await world.directory.ldapmodify(
    `dn: ${world.directory.listDn('chess')}\nchangetype: modify\nadd: owner\nowner: ${world.directory.personDn('bob')}\n`,
  )
  await world.worker()
  await world.mirrored()
  await rows(
    world.db,
    `insert into list_owner (list_id, member_id) select l.id, m.id from list l, member m where l.name = 'chess' and m.uid = 'carol'`,
  )
  const seenBy = async (uid: string, { isAdmin = false, mayManage = true } = {}) =>
    readList(world.db, { memberId: await world.memberId(uid), isAdmin, mayManage }, 'chess')
  const inside = { owners: ['bob', 'carol'], memberCount: (await world.directory.membersOf('chess')).length }
  expect(await seenBy('bob')).toMatchObject(inside)
  expect(await seenBy('carol')).toMatchObject(inside)
  expect(await seenBy('ada', { isAdmin: true })).toMatchObject(inside)
  const outside = [await seenBy('alice'), await seenBy('bob', { mayManage: false })]
  for (const seen of outside) {
    expect(seen).not.toHaveProperty('owners')
    expect(seen).not.toHaveProperty('memberCount')
  }
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
