import { expect, it } from 'vitest'
import type { ListClass } from '../../../domain/contracts/directory.ts'
import { lists } from '../../../sandbox/people.ts'
import { fullRead } from '../../../worker/sync/full-read.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'
import { addMember, followed, mirroredMembers, mirrorShows } from './_mirror.ts'

/** What a list of the class knows carol by, and how another tool changes that. */
const keys: readonly [ListClass, (world: World) => string][] = [
  [
    'posixGroup',
    ({ directory }) =>
      `dn: ${directory.personDn('carol')}\nchangetype: modrdn\nnewrdn: uid=caroline\ndeleteoldrdn: 1\n`,
  ],
  [
    'nisMailAlias',
    ({ directory }) =>
      `dn: ${directory.personDn('carol')}\nchangetype: modify\nreplace: mail\nmail: caroline@example.org\n`,
  ],
]

const listWhere = (isOn: boolean): string =>
  lists.find(({ members }) => members.includes('carol') === isOn)?.name ?? ''
const [before, after] = [listWhere(true), listWhere(false)]

it.for(
  keys.flatMap(([listClass, ldif]) =>
    (['full read', 'feed'] as const).map((way) => ({ listClass, way, ldif })),
  ),
)('what a $listClass knows somebody by is changed: the $way follows', async ({ listClass, way, ldif }, t) => {
  const world = await createWorld({ listClass }, t)
  await addMember(world, after, 'caroline')
  const worker = await world.worker(
    { followsDirectory: way === 'feed' },
    { SYNC_INTERVAL_S: '86400', RECONCILE_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600' },
  )
  await world.mirrored()
  if (way === 'feed') await followed(world)
  const carol = await world.memberId('carol')
  const others = (await mirroredMembers(world, before)).filter((one) => one !== 'carol')
  await mirrorShows(world, before, 'carol')
  await mirrorShows(world, after, 'carol', false)

  await world.directory.ldapmodify(ldif(world))
  if (way === 'full read')
    await waitUntil('nobody else reads', async () => fullRead(worker.context, { mode: 'full' }))
  const uid = listClass === 'posixGroup' ? 'caroline' : 'carol'
  await mirrorShows(world, after, uid)
  await mirrorShows(world, before, uid, false)
  expect(await world.memberId(uid)).toBe(carol)
  expect(await mirroredMembers(world, before)).toEqual(others)
})
