import { beforeEach, expect, it } from 'vitest'
import { databaseTime } from '../../../../domain/store/database-time.ts'
import { type Database, openDatabase, rows } from '../../../../domain/store/database.ts'
import { mirrorLists } from '../../../../domain/store/mirror/mirror-lists.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { requestChanges } from '../../../../domain/store/changes/request-changes.ts'
import { pauseTarget, resumeTarget } from '../../../../domain/store/apply/target.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'
import { atOnce } from './_at-once.ts'

let db: Database
const alice = { id: newId(), uid: 'alice' }
/** In the order of their ids. */
const lists = ['a', 'm', 'z'].map((name) => ({ id: newId(), name }))
const idOf = (name: string) => lists.find((one) => one.name === name)?.id ?? ''

/** What waits for a directory that was away; written in this order. */
beforeEach(async (t) => {
  const { url } = await createTestDatabase(t)
  db = openDatabase(url, { poolMax: 6 })
  cleanUpAfter(t, () => db.destroy())
  await rows(db, `insert into sync_run (id, mode, state, ended_at) values (:id, 'full', 'done', now())`, {
    id: newId(),
  })
  await rows(
    db,
    `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name) values (:id, 'a', '1', 'a', 'a', 'alice', 'a')`,
    { id: alice.id },
  )
  for (const name of ['z', 'a', 'm']) {
    await rows(
      db,
      `insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane, entry_due_at, wanted_description)
       values (:id, :name, '1', :name, :name, :name, 'open', 0, now() + interval '1 hour', 'x')`,
      { id: idOf(name), name },
    )
    await rows(
      db,
      `insert into change (id, list_id, member_id, action, state, via, requested_by, due_at)
       values (gen_random_uuid(), :listId, :memberId, 'subscribe', 'queued', 'api', :memberId, now() + interval '1 hour')`,
      { listId: idOf(name), memberId: alice.id },
    )
  }
  await pauseTarget(db, 'ldap', { code: 'unreachable', reason: 'x', listId: idOf('a'), probeInMs: 1000 })
})

const resume = () => resumeTarget(db, { name: 'ldap' })

it('a target is resumed while the directory is read', async () => {
  const begunAt = await databaseTime(db)
  const reads = lists.map(({ name }) => ({
    list: {
      entryUuid: name,
      version: '2',
      dn: name,
      name,
      displayName: name,
      description: '',
      ownerKeys: [],
    },
    members: new Map<string, string>(),
  }))
  const read = () =>
    mirrorLists(db, reads, {
      firstJoin: 'open',
      firstHidden: false,
      listClass: 'groupOfUniqueNames',
      placeholderKey: 'x',
      begunAt,
      again: new Set(),
    })
  expect(await atOnce(db, `select 1 from list where id = '${idOf('m')}' for update`, read, resume)).toEqual([
    'done',
    'done',
  ])
})

it('a member takes several requests back in one while a target is resumed', async () => {
  await rows(db, 'update list set entry_due_at = null, wanted_description = null')
  const request = () =>
    db.transaction((tx) =>
      requestChanges(tx, {
        member: alice,
        requestedBy: alice,
        via: 'api',
        requestId: null,
        seesHidden: true,
        mirrorMaxAgeS: 360,
        wishes: ['a', 'm', 'z'].map((listName) => ({ listName, action: 'unsubscribe' as const })),
        removalLimit: { percent: 100, count: 100 },
        spend: async () => {},
      }),
    )
  expect(
    await atOnce(db, `select 1 from change where list_id = '${idOf('m')}' for update`, request, resume),
  ).toEqual(['done', 'done'])
})
