import { expect, it } from 'vitest'
import { laneOf } from '../../../domain/rules/lane.ts'
import { type Database, openDatabase, rows } from '../../../domain/store/database.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { createWorld, waitUntil } from '../../_support/world.ts'

/** That a list was made is committed, and the answer gets lost: as where Postgres restarts, or the worker is killed, right then. */
function losingTheRecord(db: Database): Database & { wasLost: () => boolean } {
  let isLost = false
  const transaction = async (work: Parameters<Database['transaction']>[0]) => {
    const answer: unknown = await db.transaction(work)
    if (isLost || answer !== true) return answer
    const [made] = await rows(db, `select 1 from list where name = 'sailing' and state = 'active'`)
    if (!made) return answer
    isLost = true
    throw new Error('Connection terminated unexpectedly')
  }
  return new Proxy(db, {
    get: (target, key): unknown =>
      key === 'transaction' ? transaction : key === 'wasLost' ? () => isLost : Reflect.get(target, key),
  }) as Database & { wasLost: () => boolean }
}

it('that a list could not be created is over once it is there, although whoever made it never heard that it was recorded', async (t) => {
  const world = await createWorld({}, t)
  const createHere = async (name: string) => {
    const id = newId()
    await rows(
      world.db,
      `with made as (
         insert into list (id, name, display_name, description, join_policy, state, lane, entry_due_at)
         values (:id, :name, :name, '', 'open', 'creating', :lane, now()) returning lane)
       select pg_notify('change_queued', lane::text) from made`,
      { id, name, lane: laneOf(id) },
    )
    return id
  }
  const first = await world.worker()
  await world.mirrored()
  await world.directory.ldapmodify(
    `dn: ${world.directory.listDn('sailing')}\nchangetype: add\nobjectClass: organizationalRole\ncn: sailing\n`,
  )
  await createHere('sailing')
  await waitUntil('admins are told', async () => {
    const told = await rows(world.db, `select 1 from incident where kind = 'list-entry-failed'`)
    return told.length > 0 ? true : null
  })
  await first.stop()
  await world.directory.ldapmodify(`dn: ${world.directory.listDn('sailing')}\nchangetype: delete\n`)

  const own = openDatabase(world.databaseUrl, { name: 'test' })
  cleanUpAfter(t, () => own.destroy())
  const db = losingTheRecord(own)
  await createHere('sailing')
  await world.worker({ db })
  await waitUntil('the record was made', async () => (db.wasLost() ? true : null))
  await waitUntil('it is over', async () => {
    const open = await rows(
      world.db,
      `select 1 from incident where state <> 'resolved' and kind = 'list-entry-failed'`,
    )
    return open.length === 0 ? true : null
  })
  expect(await rows(world.db, `select state from list where name = 'sailing' and state <> 'gone'`)).toEqual([
    { state: 'active' },
  ])
})
