import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import type { Worker } from '../../../worker/start-worker.ts'
import { reconcile } from '../../../worker/sync/run-sync.ts'
import { createWorld, type World } from '../../_support/world.ts'
import { addList, addPerson, listIs, personIs } from './_mirror.ts'

let world: World
beforeEach(async (t) => {
  world = await createWorld({}, t)
})

/** What compresses to nothing shorter. */
const random = (length: number) => randomBytes(length).toString('hex').slice(0, length)
const set = (dn: string, attribute: string, value: string) =>
  world.directory.ldapmodify(`dn: ${dn}\nchangetype: modify\nreplace: ${attribute}\n${attribute}: ${value}\n`)

/** What one entry has that is longer than any index of Postgres takes. */
const hostile: [what: string, set: () => Promise<void>][] = [
  ['address', () => set(world.directory.personDn('bob'), 'mail', `${random(6000)}@example.org`)],
  [
    'user name',
    () =>
      world.directory.ldapmodify(
        `dn: cn=long,${world.directory.peopleBase}\nchangetype: add\nobjectClass: inetOrgPerson\ncn: long\nsn: long\nuid: ${random(6000)}\n`,
      ),
  ],
  [
    'owner',
    () => set(world.directory.listDn('news'), 'owner', `uid=${random(6000)},${world.directory.peopleBase}`),
  ],
]

describe.each(hostile)('a very long %s', (_what, makeHostile) => {
  it('keeps nobody else out of the mirror when it is read', async () => {
    const worker: Worker = await world.worker(
      { followsDirectory: false },
      { SYNC_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600', RECONCILE_INTERVAL_S: '86400' },
    )
    await world.mirrored()
    await makeHostile()
    await addPerson(world, 'newcomer')
    await addList(world, 'aftermath', ['ada'])
    await rows(world.db, `update sync_run set ended_at = ended_at - interval '1 day'`)
    await reconcile(worker.context)
    await personIs(world, 'newcomer', 'present')
    expect(await listIs(world, 'aftermath', 'active')).toBe(true)
  })

  it('does not keep the first read from ending', async () => {
    await makeHostile()
    await world.worker({ followsDirectory: false })
    await world.mirrored()
    expect(await personIs(world, 'ada', 'present')).toBe(true)
  })

  it('does not stop the feed', async () => {
    await world.worker()
    await world.mirrored()
    await makeHostile()
    await addPerson(world, 'newcomer')
    await addList(world, 'aftermath', ['ada'])
    await personIs(world, 'newcomer', 'present')
    expect(await listIs(world, 'aftermath', 'active')).toBe(true)
  })
})

it('who has a very long address is a member with the others that they have', async () => {
  await world.directory.ldapmodify(
    `dn: ${world.directory.personDn('bob')}\nchangetype: modify\nadd: mail\nmail: ${random(6000)}@example.org\n`,
  )
  await world.worker({ followsDirectory: false })
  await world.mirrored()
  expect(await rows(world.db, `select mails from member where uid = 'bob'`)).toEqual([
    { mails: ['bob@example.org'] },
  ])
})
