import { expect, it } from 'vitest'
import type { ListClass } from '../../../domain/contracts/directory.ts'
import { rows } from '../../../domain/store/database.ts'
import { createWorld, waitUntil } from '../../_support/world.ts'
import { addMember, addPerson, mirroredMembers, mirrorShows, personIs, remove } from '../sync/_mirror.ts'

it.for<ListClass>(['groupOfUniqueNames', 'posixGroup'])(
  'who has the name of somebody who is gone is not taken off in their place: %s',
  async (listClass, t) => {
    const world = await createWorld({ listClass }, t)
    await addPerson(world, 'sam')
    await addMember(world, 'news', 'sam')
    const first = await world.worker({}, { SYNC_INTERVAL_S: '86400', RECONCILE_INTERVAL_S: '86400' })
    await world.mirrored()
    await mirrorShows(world, 'news', 'sam')
    // Nothing is written for now.
    await rows(
      world.db,
      `update target set paused_at = now(), reason_code = '50', reason = 'x', probe_at = now() + interval '1 hour'`,
    )
    const change = await world.request('sam', 'unsubscribe', 'news', { uid: 'ada' })
    await remove(world, world.directory.personDn('sam'))
    await personIs(world, 'sam', 'gone')
    await addPerson(world, 'sam')
    await personIs(world, 'sam', 'present')
    await waitUntil('the new one is on it', async () => {
      const on = await rows(
        world.db,
        `select 1 from membership s join member m on m.id = s.member_id join list l on l.id = s.list_id where l.name = 'news' and m.uid = 'sam' and m.state = 'present'`,
      )
      return on.length === 1 ? true : null
    })
    expect(await mirroredMembers(world, 'news')).toContain('sam')
    await rows(
      world.db,
      `update target set paused_at = null, reason_code = null, reason = null, probe_at = null`,
    )
    await rows(world.db, `update change set due_at = now() where state = 'queued'`)
    expect(await world.ended(change.id)).toMatchObject({ state: 'applied', proof: { how: 'found' } })
    const found = await first.context.directory.findNamedList('news')
    expect([...(found?.members.keys() ?? [])]).toContain(
      first.context.directory.keyOf(world.directory.memberValue('sam')),
    )
  },
)

it('the last ones leave, and one of them is the person whom empty lists keep', async (t) => {
  const world = await createWorld({ listClass: 'groupOfNames' }, t)
  const { directory } = world
  const bob = directory.personDn('bob')
  await directory.ldapmodify(
    `dn: ${directory.listDn('tiny')}\nchangetype: add\nobjectClass: groupOfNames\ncn: tiny\nmember: ${bob}\nmember: ${directory.personDn('alice')}\n`,
  )
  await world.worker(
    {},
    { SYNC_INTERVAL_S: '86400', RECONCILE_INTERVAL_S: '86400', LDAP_PLACEHOLDER_DN: bob },
  )
  await world.mirrored()
  await world.ended((await world.request('bob', 'subscribe', 'tiny')).id)
  const pause = `update target set paused_at = now(), reason_code = '50', reason = 'x', probe_at = now() + interval '1 hour'`
  await rows(world.db, pause)
  const alice = await world.request('alice', 'unsubscribe', 'tiny')
  const bobs = await world.request('bob', 'unsubscribe', 'tiny')
  await rows(
    world.db,
    `update target set paused_at = null, reason_code = null, reason = null, probe_at = null`,
  )
  await rows(world.db, `update change set due_at = now() where state = 'queued'`)
  expect(await world.ended(alice.id)).toMatchObject({ state: 'applied' })
  expect(await world.ended(bobs.id)).toMatchObject({ state: 'applied' })
  expect(await directory.membersOf('tiny')).toEqual([bob])
})

it('who shares their user name takes nobody off a list of user names, and puts nobody on one', async (t) => {
  const world = await createWorld({ listClass: 'posixGroup' }, t)
  const { directory } = world
  await addMember(world, 'news', 'erin')
  await directory.ldapmodify(
    `dn: ou=guests,${directory.peopleBase}\nchangetype: add\nobjectClass: organizationalUnit\nou: guests\n`,
  )
  await directory.ldapmodify(
    `dn: uid=erin,ou=guests,${directory.peopleBase}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: erin\ncn: Erin\nsn: Else\n`,
  )
  await world.worker()
  await world.mirrored()
  const guest = async (action: 'subscribe' | 'unsubscribe', list: string) => {
    const { id } = await world.request('erin', action, list)
    return world.ended(id)
  }
  const shared = { state: 'failed', reason: { code: 'USERNAME_SHARED' } }
  expect(await guest('unsubscribe', 'news')).toMatchObject(shared)
  expect(await directory.membersOf('news')).toContain('erin')
  expect(await guest('subscribe', 'jobs')).toMatchObject(shared)
  expect(await directory.membersOf('jobs')).not.toContain('erin')
})
