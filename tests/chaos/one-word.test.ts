import { expect, it } from 'vitest'
import { openDatabase, rows } from '../../domain/store/database.ts'
import { newId } from '../../domain/store/new-id.ts'
import { type ChangeRequest, requestChanges } from '../../domain/store/changes/request-changes.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { createTestDatabase } from '../_support/servers.ts'
import { waitUntil } from '../_support/world.ts'

it('while one word about a pair is taken in, the next one about it waits, and is the same wish', async (t) => {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { poolMax: 5, name: 'test' })
  cleanUpAfter(t, () => db.destroy())
  const member = { id: newId(), uid: 'bob' }
  await rows(
    db,
    `with seen as (
       insert into sync_run (id, mode, state, ended_at) values (:runId, 'full', 'done', now())
     ), listed as (
       insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane)
       values (:listId, 'list', '1', 'news', 'news', 'news', 'open', 0)
     )
     insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name)
     values (:memberId, 'bob', '1', 'bob', 'bob', 'bob', 'bob')`,
    { runId: newId(), listId: newId(), memberId: member.id },
  )
  const say = (spend: ChangeRequest['spend']) =>
    db.transaction((tx) =>
      requestChanges(tx, {
        member,
        requestedBy: member,
        via: 'api',
        requestId: null,
        wishes: [{ listName: 'news', action: 'subscribe' }],
        seesHidden: false,
        mirrorMaxAgeS: 360,
        removalLimit: { percent: 20, count: 5 },
        spend,
      }),
    )
  const decided = Promise.withResolvers<void>()
  const goesOn = Promise.withResolvers<void>()
  const first = say(async () => {
    decided.resolve()
    await goesOn.promise
  })
  await decided.promise
  let isOver = false
  const second = say(async () => {}).finally(() => {
    isOver = true
  })
  await waitUntil('the second one waits, or is over', async () => {
    const waiting = await rows(
      db,
      `select from pg_locks where not granted and locktype = 'advisory'
       and database = (select oid from pg_database where datname = current_database())`,
    )
    return isOver || waiting.length > 0 ? true : null
  })
  goesOn.resolve()
  const [[one], [other]] = await Promise.all([first, second])
  expect(one).toMatchObject({ fresh: true, change: { state: 'queued' } })
  expect(other).toMatchObject({ fresh: false, change: { id: one?.change.id } })
})
