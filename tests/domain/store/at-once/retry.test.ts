import { expect, it } from 'vitest'
import { openDatabase, rows } from '../../../../domain/store/database.ts'
import {
  endWhenRetried,
  lockIncidentOfChange,
} from '../../../../domain/store/incidents/incident-of-change.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { retryOnce } from '../../../../domain/store/changes/retry-change.ts'
import { refusalIncident } from '../../../../domain/store/apply/untold-refusals.ts'
import { tellOfRefusals } from '../../../../worker/apply/tell-of-refusals.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'
import { somebodyWaits, testLog } from '../../../_support/world.ts'

it.for(['tells of others', 'sees to the language'] as const)(
  'what an admin retries is told of no more (another %s)',
  async (what, t) => {
    const { url } = await createTestDatabase(t)
    const db = openDatabase(url, { poolMax: 6 })
    cleanUpAfter(t, () => db.destroy())
    const [listId, memberId, changeId] = [newId(), newId(), newId()]
    await rows(db, `insert into sync_run (id, mode, state, ended_at) values (:id, 'full', 'done', now())`, {
      id: newId(),
    })
    await rows(
      db,
      `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name) values (:memberId, 'a', '1', 'a', 'a', 'alice', 'a')`,
      { memberId },
    )
    await rows(
      db,
      `insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane) values (:listId, 'l', '1', 'news', 'news', 'news', 'open', 0)`,
      { listId },
    )
    await rows(
      db,
      `insert into change (id, list_id, member_id, action, state, via, requested_by, ended_at, reason_code, reason_message, refusal, refusal_message)
     values (:changeId, :listId, :memberId, 'subscribe', 'failed', 'api', :memberId, now(), '19', 'x', '19', 'x')`,
      { changeId, listId, memberId },
    )
    // Another worker is telling of the same list at this moment.
    const another = await db.transaction()
    if (what === 'tells of others')
      await rows(another, 'select pg_advisory_xact_lock(hashtextextended(:key, 0))', {
        key: refusalIncident(listId, '19'),
      })
    else await rows(another, 'lock table installation in access exclusive mode')
    const telling = tellOfRefusals({ db, log: testLog, alertTo: { channelId: '1', mailTo: null } })
    await somebodyWaits({ db })
    // As POST /admin/changes/:id/retry does.
    const retrying = db.transaction(async (tx) => {
      const incident = await lockIncidentOfChange(tx, changeId)
      await retryOnce(tx, {
        changeId,
        memberId,
        via: 'web',
        requestId: null,
        mirrorMaxAgeS: 360,
        removalLimit: { percent: 100, count: 100 },
      })
      await endWhenRetried(tx, incident, { memberId, via: 'web', requestId: null })
    })
    const bothWait = somebodyWaits({ db }, 2).catch(() => undefined)
    await Promise.race([retrying, bothWait])
    await another.commit()
    await Promise.all([retrying, telling])
    expect(await rows(db, `select state from incident where state <> 'resolved'`)).toEqual([])
  },
)
