import { expect, it } from 'vitest'
import { openDatabase, rows } from '../../../../domain/store/database.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { pauseTarget } from '../../../../domain/store/apply/target.ts'
import { readTrialLists } from '../../../../domain/store/apply/trial-lists.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'

it('a target is tried with the list at which it was paused, and with the one due longest that nobody has and that is taken as far as anybody knows', async (t) => {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { poolMax: 2 })
  cleanUpAfter(t, () => db.destroy())
  const memberId = newId()
  await rows(
    db,
    `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name) values (:memberId, 'a', '1', 'a', 'a', 'alice', 'a')`,
    { memberId },
  )
  const ids = new Map<string, string>()
  for (const [name, dueMinutesAgo] of [
    ['later', 10],
    ['longest', 20],
    ['in-hand', 30],
    ['refused-alone', 40],
    ['paused-at', 5],
    ['idle', null],
  ] as const) {
    const listId = newId()
    ids.set(name, listId)
    await rows(
      db,
      `insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane)
       values (:listId, :name, '1', :name, :name, :name, 'open', 0)`,
      { listId, name },
    )
    if (dueMinutesAgo !== null)
      await rows(
        db,
        `insert into change (id, list_id, member_id, action, state, requested_by, via, due_at)
         values (:id, :listId, :memberId, 'subscribe', 'queued', :memberId, 'api', now() - make_interval(mins => :dueMinutesAgo))`,
        { id: newId(), listId, memberId, dueMinutesAgo },
      )
  }
  await rows(
    db,
    `update list set lease_token = id, lease_until = now() + interval '1 minute' where name = 'in-hand'`,
  )
  await rows(
    db,
    `update list set refused_code = '50', refused_reason = 'not this one' where name = 'refused-alone'`,
  )
  const listId = ids.get('paused-at') ?? ''
  await pauseTarget(db, 'ldap', { code: '50', reason: 'no', listId, probeInMs: 1000 })
  expect(await readTrialLists(db, 'ldap', { observeOnly: false })).toEqual({
    refused: { id: listId, busy: false },
    other: { id: ids.get('longest'), busy: false },
  })
})
