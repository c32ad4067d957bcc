import { expect, it, type TestContext } from 'vitest'
import { endAlerts } from '../../../../domain/store/incidents/end-alerts.ts'
import { openDatabase } from '../../../../domain/store/database.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { prune } from '../../../../domain/store/installation/prune.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase, runSql } from '../../../_support/servers.ts'

async function someMember(t: TestContext) {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url)
  cleanUpAfter(t, () => db.destroy())
  const memberId = newId()
  await runSql(
    url,
    `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name) values ($1, 'x', '1', 'x', 'x', 'x', 'x')`,
    [memberId],
  )
  return { url, db, memberId }
}

it('deletes a session when it has expired', async (t) => {
  const { url, db, memberId } = await someMember(t)
  for (const [agent, rest] of [
    ['over', '-1 second'],
    ['living', '1 minute'],
  ])
    await runSql(
      url,
      `insert into session (id, token_hash, csrf_secret, member_id, address, agent, expires_at)
       values ($1, decode(md5($3), 'hex'), 'x', $2, 'x', $3, now() + $4::interval)`,
      [newId(), memberId, agent, rest],
    )
  expect(await prune(db)).toMatchObject({ session: 1 })
  expect(await runSql(url, 'select agent from session')).toEqual([{ agent: 'living' }])
})

it('deletes a token 90 days after it expired or was revoked, whichever came first', async (t) => {
  const { url, db, memberId } = await someMember(t)
  for (const [name, expires, revoked] of [
    ['living', '1 day', null],
    ['just expired', '-89 days', null],
    ['just revoked', '1 day', '-89 days'],
    ['long expired', '-91 days', null],
    ['long revoked', '1 day', '-91 days'],
    ['long expired, then revoked', '-91 days', '-1 day'],
  ])
    await runSql(
      url,
      `insert into api_token (id, token_hash, member_id, name, scopes, expires_at, revoked_at)
       values ($1, decode(md5($3), 'hex'), $2, $3, '{read}', now() + $4::interval, now() + $5::interval)`,
      [newId(), memberId, name, expires, revoked],
    )
  expect(await prune(db)).toMatchObject({ api_token: 3 })
  expect(await runSql(url, 'select name from api_token order by name')).toEqual([
    { name: 'just expired' },
    { name: 'just revoked' },
    { name: 'living' },
  ])
})

it('deletes a read, and what another tool was found to have changed, 90 days later', async (t) => {
  const { url, db, memberId } = await someMember(t)
  const listId = newId()
  await runSql(
    url,
    `insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane)
     values ($1, 'x', '1', 'x', 'news', 'news', 'open', 0)`,
    [listId],
  )
  for (const age of ['89 days', '91 days']) {
    const [runId, driftId] = [newId(), newId()]
    await runSql(
      url,
      `insert into sync_run (id, mode, state, ended_at, created_at)
       values ($1, 'full', 'done', now() - $2::interval, now() - $2::interval)`,
      [runId, age],
    )
    await runSql(
      url,
      `insert into drift (id, list_id, run_id, policy, version_after, joined, at)
       values ($1, $2, $3, 'report', $4::text, 1, now() - $4::interval)`,
      [driftId, listId, runId, age],
    )
    await runSql(url, `insert into drift_member (drift_id, member_id, way) values ($1, $2, 'joined')`, [
      driftId,
      memberId,
    ])
  }
  expect(await prune(db)).toMatchObject({ sync_run: 1, drift: 1 })
  expect(
    await runSql(url, `select 1 from sync_run where created_at > now() - interval '90 days'`),
  ).toHaveLength(1)
  expect(
    await runSql(url, 'select d.version_after, m.way from drift d join drift_member m on m.drift_id = d.id'),
  ).toEqual([{ version_after: '89 days', way: 'joined' }])
  expect(await runSql(url, 'select 1 from drift_member')).toHaveLength(1)
})

it('keeps the message of an incident for as long as that lasts, so that it says when it is over', async (t) => {
  const { url, db } = await someMember(t)
  for (const [key, state, age] of [
    ['waits', 'open', '91 days'],
    ['looked after', 'acknowledged', '91 days'],
    ['over', 'resolved', '91 days'],
    ['over, and just said so', 'resolved', '89 days'],
  ])
    await runSql(
      url,
      `with incident as (
         insert into incident (id, key, kind, words, state, resolved_at)
         values (gen_random_uuid(), $1, 'requests-waiting', '{}', $2, case $2 when 'resolved' then now() end) returning id)
       insert into notice (id, kind, destination_kind, destination_id, incident_id, body, state, message_id, ended_at)
       select gen_random_uuid(), 'alert', 'channel', '1', id, '{}', 'sent', $1, now() - $3::interval from incident`,
      [key, state, age],
    )
  expect(await prune(db)).toMatchObject({ notice: 1, incident: 0 })
  const log = { error: (details: object) => expect(details).toBeUndefined() }
  await endAlerts({ db, log, alertTo: { channelId: '1', mailTo: null } }, ['waits', 'looked after'])
  expect(await runSql(url, 'select message_id, state from notice order by message_id collate "C"')).toEqual([
    { message_id: 'looked after', state: 'queued' },
    { message_id: 'over, and just said so', state: 'sent' },
    { message_id: 'waits', state: 'queued' },
  ])
})

it('keeps what a message goes on telling of for a year after it was last heard of', async (t) => {
  const { url, db } = await someMember(t)
  for (const [name, key, state, age] of [
    ['lasts', 'a', 'open', '91 days'],
    ['forgotten', 'b', 'open', '366 days'],
    ['over', 'c', 'resolved', '91 days'],
    ['nothing is said of it again', null, 'open', '91 days'],
    ['just over', 'd', 'resolved', '89 days'],
  ])
    await runSql(
      url,
      `with topic as (
         insert into topic (id, source, event, key, severity, state, facts, happened_at, last_at)
         values (gen_random_uuid(), 'github', $1, $2, 'info', $3, '{}', now(), now() - $4::interval) returning id),
       workflow as (
         insert into workflow (key, run_number, run_attempt, failures, failing_since, topic_id, at)
         select $1, 1, 1, ($3 = 'open')::integer, case $3 when 'open' then now() end, id, now() - 2 * $4::interval from topic
         where $2 is not null)
       insert into notice (id, kind, destination_kind, destination_id, topic_id, body, state, message_id, ended_at)
       select gen_random_uuid(), 'topic', 'channel', '1', id, '{}', 'sent', $1, now() - $4::interval from topic`,
      [name, key, state, age],
    )
  expect(await prune(db)).toMatchObject({ topic: 3, workflow: 2, notice: 3 })
  const [left] = await runSql(
    url,
    `select (select array_agg(event order by event) from topic) as topics,
       (select array_agg(message_id order by message_id) from notice) as messages,
       (select array_agg(key order by key) from workflow) as workflows`,
  )
  expect(left).toEqual({
    topics: ['just over', 'lasts'],
    messages: ['just over', 'lasts'],
    workflows: ['just over', 'lasts'],
  })
})

it('deletes however much has gathered, by statements that are each soon done', async (t) => {
  const { url, db } = await someMember(t)
  await runSql(
    url,
    `insert into idempotency_record (scope, key, body_hash, created_at)
       select 'x', n::text, '', now() - interval '25 hours' from generate_series(1, 12000) n;
     insert into idempotency_record (scope, key, body_hash) values ('x', 'living', '');
     create table at_once (deleted integer);
     create function note_deleted() returns trigger language plpgsql as $$
     begin
       insert into at_once select count(*) from gone;
       return null;
     end $$;
     create trigger note_deleted after delete on idempotency_record
       referencing old table as gone for each statement execute function note_deleted();`,
  )
  expect(await prune(db)).toMatchObject({ idempotency_record: 12000 })
  expect(await runSql(url, 'select key from idempotency_record')).toEqual([{ key: 'living' }])
  const [most] = await runSql<{ most: number }>(url, 'select max(deleted) as most from at_once')
  expect(most?.most).toBeLessThanOrEqual(5000)
})
