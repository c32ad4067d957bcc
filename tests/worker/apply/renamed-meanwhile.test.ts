import { expect, it } from 'vitest'
import { openDirectory } from '../../../adapters/ldap/directory.ts'
import type { ListClass } from '../../../domain/contracts/directory.ts'
import { rows } from '../../../domain/store/database.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'
import { fullRead } from '../../../worker/sync/full-read.ts'
import { createWorld, waitUntil } from '../../_support/world.ts'
import { mirroredMembers } from '../sync/_mirror.ts'

const rename = 'changetype: modrdn\nnewrdn: uid=robert\ndeleteoldrdn: 1\n'

it.for<[ListClass, string]>([
  ['groupOfUniqueNames', rename],
  ['groupOfNames', rename],
  ['posixGroup', rename],
  ['nisMailAlias', 'changetype: modify\nreplace: mail\nmail: robert@example.org\n'],
])(
  'who is renamed between the read and the modify is on the list by their new name, and that only: %s',
  async ([listClass, ldif], t) => {
    const world = await createWorld({ listClass }, t)
    const { directory } = world
    const real = openDirectory(asWorker(directory))
    let isRenamed = false
    const { context } = await world.worker(
      {
        followsDirectory: false,
        directory: {
          ...real,
          modifyMembers: async (dn, modify) => {
            if (!isRenamed) await directory.ldapmodify(`dn: ${directory.personDn('bob')}\n${ldif}`)
            isRenamed = true
            return real.modifyMembers(dn, modify)
          },
        },
      },
      { SYNC_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600', RECONCILE_INTERVAL_S: '86400' },
    )
    await world.mirrored()
    const others = await directory.membersOf('jobs')
    const bob = await world.memberId('bob')
    const change = await world.ended((await world.request('bob', 'subscribe', 'jobs')).id)
    expect(change).toMatchObject({ state: 'applied', proof: { how: 'modified' } })
    expect(await directory.membersOf('jobs')).toEqual([...others, directory.memberValue('robert')].sort())

    await waitUntil('nobody else reads', async () => fullRead(context, { mode: 'full' }))
    const [now] = await rows<{ uid: string }>(world.db, 'select uid from member where id = :bob', { bob })
    expect(await mirroredMembers(world, 'jobs')).toContain(now?.uid)
    expect(await rows(world.db, 'select 1 from drift')).toEqual([])
  },
)

it('the others of the same modify are on it, and so is who was renamed', async (t) => {
  const world = await createWorld({}, t)
  const { directory } = world
  const real = openDirectory(asWorker(directory))
  const dns = ['bob', 'dilek'].map(directory.personDn)
  let writes = 0
  await world.worker({
    directory: {
      ...real,
      modifyMembers: async (dn, modify) => {
        writes += 1
        if (writes === 1) await directory.ldapmodify(`dn: ${directory.personDn('bob')}\n${rename}`)
        return real.modifyMembers(dn, modify)
      },
    },
  })
  await world.mirrored()
  await rows(
    world.db,
    `update target set paused_at = now(), reason_code = '50', reason = 'x', probe_at = now() + interval '1 hour'`,
  )
  const asked = [
    await world.request('bob', 'subscribe', 'jobs'),
    await world.request('dilek', 'subscribe', 'jobs'),
  ]
  await rows(
    world.db,
    `update target set paused_at = null, reason_code = null, reason = null, probe_at = null`,
  )
  await rows(world.db, `update change set due_at = now() where state = 'queued'`)
  for (const { id } of asked) expect(await world.ended(id)).toMatchObject({ state: 'applied' })
  const members = await directory.membersOf('jobs')
  expect(members).toEqual(expect.arrayContaining([directory.personDn('robert'), dns[1]]))
  expect(members).not.toContain(dns[0])
  expect(writes).toBe(2)
})
