import { expect, it } from 'vitest'
import type { ListClass } from '../../../domain/contracts/directory.ts'
import { fullRead } from '../../../worker/sync/full-read.ts'
import { createWorld, waitUntil } from '../../_support/world.ts'
import { followed, mirroredMembers, mirrorShows } from './_mirror.ts'

/** As LDIF: a blank at either end is kept. */
const line = (attribute: string, value: string): string =>
  `${attribute}:: ${Buffer.from(value).toString('base64')}\n`

const quiet = { SYNC_INTERVAL_S: '86400', RECONCILE_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600' }

it.for<[ListClass, string, string, string, string]>([
  ['nisMailAlias', 'an address', 'mail', 'maryann@example.org', ' maryann@example.org '],
  ['posixGroup', 'a user name', 'uid', 'mary ann', 'mary  ann '],
])(
  'in a %s %s that was typed with blanks is the same as without',
  async ([listClass, , attribute, bare, typed], t) => {
    const world = await createWorld({ listClass }, t)
    const { directory } = world
    const uid = attribute === 'uid' ? bare : 'maryann'
    await directory.ldapmodify(
      `dn: cn=Mary,${directory.peopleBase}\nchangetype: add\nobjectClass: inetOrgPerson\ncn: Mary\nsn: Ann\n${line('uid', attribute === 'uid' ? typed : uid)}${line('mail', attribute === 'mail' ? typed : 'm@example.org')}`,
    )
    await directory.ldapmodify(
      `dn: ${directory.listDn('newcomers')}\nchangetype: modify\nadd: ${directory.memberAttribute}\n${line(directory.memberAttribute, bare)}`,
    )
    const worker = await world.worker({}, quiet)
    await world.mirrored()
    await followed(world)
    expect(await mirroredMembers(world, 'newcomers')).toEqual([uid])
    expect(await world.ended((await world.request(uid, 'subscribe', 'news')).id)).toMatchObject({
      state: 'applied',
      proof: { how: 'modified' },
    })
    expect(await directory.membersOf('news')).toContain(bare)
    const report = await waitUntil('nobody else reads', async () => fullRead(worker.context))
    expect(report.differences).toEqual([])
    expect(await mirroredMembers(world, 'news')).toContain(uid)
  },
)

it.for<[ListClass, string]>([
  ['posixGroup', '\r'],
  ['nisMailAlias', '\r'],
  ['nisMailAlias', '\t'],
])('a value of a %s that the server tells apart is nobody’s, and stays: %j', async ([listClass, end], t) => {
  const world = await createWorld({ listClass }, t)
  const { directory } = world
  const bob = directory.memberValue('bob')
  const add = (list: string, value: string) =>
    directory.ldapmodify(
      `dn: ${directory.listDn(list)}\nchangetype: modify\nadd: ${directory.memberAttribute}\n${line(directory.memberAttribute, value)}`,
    )
  await add('newcomers', bob)
  await add('newcomers', `${bob}${end}`)
  await add('jobs', `${bob}${end}`)
  await world.worker({}, quiet)
  await world.mirrored()
  await mirrorShows(world, 'newcomers', 'bob')
  expect(await mirroredMembers(world, 'jobs')).not.toContain('bob')
  expect(await world.ended((await world.request('bob', 'unsubscribe', 'newcomers')).id)).toMatchObject({
    state: 'applied',
  })
  expect(await directory.membersOf('newcomers')).toEqual([`${bob}${end}`])
  expect(await world.ended((await world.request('bob', 'subscribe', 'jobs')).id)).toMatchObject({
    state: 'applied',
    proof: { how: 'modified' },
  })
  expect(await directory.membersOf('jobs')).toContain(bob)
})
