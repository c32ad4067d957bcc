import { beforeEach, expect, it } from 'vitest'
import type { ListRead } from '../../domain/contracts/directory.ts'
import { databaseTime } from '../../domain/store/database-time.ts'
import { rows } from '../../domain/store/database.ts'
import { mirrorLists } from '../../domain/store/mirror/mirror-lists.ts'
import type { Worker } from '../../worker/start-worker.ts'
import { mirrorOptions } from '../../worker/sync/mirror-options.ts'
import { createWorld, type World } from '../_support/world.ts'

let world: World
let worker: Worker
/** A list as it was read, and when that began. */
type Reading = { read: ListRead; begunAt: string }
/** Before and after another tool put ada on it. */
let before: Reading
let after: Reading
beforeEach(async (t) => {
  world = await createWorld({}, t)
  worker = await world.worker(
    { followsDirectory: false },
    { SYNC_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600' },
  )
  await world.mirrored()
  const { directory } = world
  before = await read()
  await directory.ldapmodify(
    `dn: ${directory.listDn('news')}\nchangetype: modify\nadd: ${directory.memberAttribute}\n${directory.memberAttribute}: ${directory.memberValue('ada')}\n`,
  )
  after = await read()
})

async function read(): Promise<Reading> {
  const begunAt = await databaseTime(world.db)
  const [list] = await rows<{ id: string }>(world.db, `select entry_uuid as id from list where name = 'news'`)
  const found = await worker.context.directory.findList(list?.id ?? '')
  if (found === null) throw new Error('the list is not there')
  return { read: found, begunAt }
}

const mirror = ({ read: one, begunAt }: Reading) =>
  mirrorLists(world.db, [one], {
    ...mirrorOptions(worker.context),
    begunAt,
    again: new Set([one.list.entryUuid]),
  })

const isAdaOn = async (): Promise<boolean> => {
  const found = await rows(
    world.db,
    `select 1 from membership s join member m on m.id = s.member_id join list l on l.id = s.list_id
     where l.name = 'news' and m.uid = 'ada'`,
  )
  return found.length === 1
}

it('a read that comes late takes nothing back', async () => {
  await mirror(after)
  expect(await isAdaOn()).toBe(true)
  await mirror(before)
  expect(await isAdaOn()).toBe(true)
})

it('a list that a worker has in hand is left alone, to be looked at again', async () => {
  await rows(
    world.db,
    `update list set lease_token = gen_random_uuid(), lease_until = now() + interval '1 minute' where name = 'news'`,
  )
  expect(await mirror(after)).toMatchObject({ written: 0, left: [after.read.list.entryUuid] })
  expect(await isAdaOn()).toBe(false)
  await rows(world.db, 'update list set lease_token = null, lease_until = null')
  expect(await mirror(after)).toMatchObject({ written: 1, left: [] })
  expect(await isAdaOn()).toBe(true)
})
