import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { createWorld } from '../../_support/world.ts'
import { mirroredMembers } from './_mirror.ts'

it('who is on a list with a unique identifier behind their DN is on it, and leaves it', async (t) => {
  const world = await createWorld({}, t)
  const { directory } = world
  const value = `${directory.personDn('bob')}#'0101'B`
  await directory.ldapmodify(
    `dn: ${directory.listDn('jobs')}\nchangetype: modify\nadd: uniqueMember\nuniqueMember: ${value}\n`,
  )
  await world.worker()
  await world.mirrored()
  expect(await mirroredMembers(world, 'jobs')).toContain('bob')
  const change = await world.ended((await world.request('bob', 'unsubscribe', 'jobs')).id)
  expect(change).toMatchObject({ state: 'applied', proof: { how: 'modified' } })
  expect(await directory.membersOf('jobs')).not.toContain(value)
})

it('of several user names the one in their DN is somebody’s own', async (t) => {
  const world = await createWorld({ listClass: 'posixGroup' }, t)
  const { directory } = world
  await directory.ldapmodify(
    `dn: ${directory.personDn('erin')}\nchangetype: modrdn\nnewrdn: uid=erina\ndeleteoldrdn: 0\n`,
  )
  await world.worker()
  await world.mirrored()
  expect(await rows(world.db, `select uid from member where dn like 'uid=erin%'`)).toEqual([{ uid: 'erina' }])
  await world.ended((await world.request('erina', 'subscribe', 'jobs')).id)
  expect(await directory.membersOf('jobs')).toContain('erina')
})
