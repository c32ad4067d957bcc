import { beforeAll, describe, expect, it } from 'vitest'
import type { ListClass } from '../../../domain/contracts/directory.ts'
import { createWorld, type World } from '../../_support/world.ts'

const classes: ListClass[] = ['groupOfUniqueNames', 'groupOfNames', 'posixGroup', 'nisMailAlias']

describe.each(classes)('a member’s word on a %s', (listClass) => {
  let world: World
  beforeAll(async () => {
    world = await createWorld({ listClass })
    await world.worker()
    await world.mirrored()
  })

  it('puts them on the list, proven by the version of the entry', async () => {
    const change = await world.ended((await world.request('alice', 'subscribe', 'jobs')).id)
    expect(change).toMatchObject({
      state: 'applied',
      member: 'alice',
      list: 'jobs',
      proof: { how: 'modified' },
    })
    expect(await world.directory.membersOf('jobs')).toContain(world.directory.memberValue('alice'))
    const entry = await world.directory.ldapsearch(
      world.directory.listDn('jobs'),
      '(objectClass=*)',
      'entryCSN',
    )
    expect(entry).toContain(`entryCSN: ${change.proof?.version}`)
  })

  it('takes them off again', async () => {
    await world.ended((await world.request('bob', 'subscribe', 'hiking')).id)
    const change = await world.ended((await world.request('bob', 'unsubscribe', 'hiking')).id)
    expect(change).toMatchObject({ state: 'applied', action: 'unsubscribe', proof: { how: 'modified' } })
    expect(await world.directory.membersOf('hiking')).not.toContain(world.directory.memberValue('bob'))
  })

  it('lets the last one leave, and nobody sees the placeholder', async () => {
    const before = await world.directory.membersOf('robotics')
    const uids = before.map((value) => /^(?:uid=)?([a-z]+)/.exec(value)?.[1] ?? '')
    for (const uid of uids) await world.ended((await world.request(uid, 'unsubscribe', 'robotics')).id)
    expect(await world.directory.membersOf('robotics')).toEqual([])
    const change = await world.ended((await world.request('alice', 'subscribe', 'robotics')).id)
    expect(change.state).toBe('applied')
    expect(await world.directory.membersOf('robotics')).toEqual([world.directory.memberValue('alice')])
  })
})

it('refuses an address that two people share, and writes nothing', async (t) => {
  const world = await createWorld({ listClass: 'nisMailAlias' }, t)
  await world.directory.ldapmodify(
    `dn: ${world.directory.personDn('bob')}\nchangetype: modify\nadd: mail\nmail: Erin@example.org\n`,
  )
  await world.worker()
  await world.mirrored()
  const change = await world.ended((await world.request('erin', 'subscribe', 'jobs')).id)
  expect(change).toMatchObject({ state: 'failed', reason: { code: 'ADDRESS_SHARED' } })
  expect(await world.directory.membersOf('jobs')).not.toContain('erin@example.org')
})
