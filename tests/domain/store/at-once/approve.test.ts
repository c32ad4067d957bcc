import { beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase, rows } from '../../../../domain/store/database.ts'
import { endHold, lockHold } from '../../../../domain/store/holds/end-hold.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { openHold } from '../../../../domain/store/holds/open-hold.ts'
import { pauseTarget, resumeTarget } from '../../../../domain/store/apply/target.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'
import { somebodyWaits } from '../../../_support/world.ts'

let db: Database
let holdId: string
const listId = newId()
const ids = ['a', 'm', 'z'].map((name) => ({ id: newId(), name }))
const idOf = (name: string) => ids.find((one) => one.name === name)?.id ?? ''
beforeEach(async (t) => {
  const { url } = await createTestDatabase(t)
  db = openDatabase(url, { poolMax: 6 })
  cleanUpAfter(t, () => db.destroy())
  await rows(
    db,
    `insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane) values (:listId, 'l', '1', 'n', 'n', 'n', 'open', 0)`,
    { listId },
  )
  for (const name of ['z', 'm', 'a']) {
    const memberId = newId()
    await rows(
      db,
      `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name) values (:memberId, :name, '1', :name, :name, :name, 'a')`,
      { memberId, name },
    )
    await rows(
      db,
      `insert into change (id, list_id, member_id, action, state, via, requested_by, due_at)
       values (:id, :listId, :memberId, 'unsubscribe', 'queued', 'api', null, now() + interval '1 hour')`,
      { id: idOf(name), listId, memberId },
    )
  }
  holdId = await db.transaction((tx) => openHold(tx, { kind: 'removals', listId }))
  await pauseTarget(db, 'ldap', { code: 'unreachable', reason: 'x', listId, probeInMs: 1000 })
})
it('an admin lets removals go on while a target is resumed', async () => {
  const somebody = await db.transaction()
  await rows(somebody, 'select 1 from change where id = :id for update', { id: idOf('m') })
  const approving = db.transaction(async (tx) => {
    const hold = await lockHold(tx, holdId)
    if (hold === null) throw new Error('no hold')
    await endHold(tx, hold, 'approved', {
      actorKind: 'worker',
      actorId: null,
      via: 'worker',
      requestId: null,
    })
  })
  approving.catch(() => undefined)
  await somebodyWaits({ db })
  const resuming = resumeTarget(db, { name: 'ldap' })
  resuming.catch(() => undefined)
  await somebodyWaits({ db }, 2)
  await somebody.commit()
  const both = await Promise.allSettled([approving, resuming])
  expect(both.map((end) => (end.status === 'rejected' ? String(end.reason) : 'done'))).toEqual([
    'done',
    'done',
  ])
})
