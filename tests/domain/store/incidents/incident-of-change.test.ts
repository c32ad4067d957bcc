import { expect, it, type TestContext } from 'vitest'
import { openDatabase } from '../../../../domain/store/database.ts'
import { lockIncidentOfChange } from '../../../../domain/store/incidents/incident-of-change.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase, runSql } from '../../../_support/servers.ts'
import { statements } from '../../../_support/statements.ts'

/** Three changes of a list that the directory refused, two of them alike, and incidents about one of these and about other things. */
async function refused(t: TestContext) {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { poolMax: 2 })
  cleanUpAfter(t, () => db.destroy())
  const [told, alike, other] = [newId(), newId(), newId()]
  await runSql(
    url,
    `insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane)
       values (gen_random_uuid(), 'news', '1', 'x', 'news', 'news', 'open', 0);
     insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name)
       values (gen_random_uuid(), 'x', '1', 'x', 'x', 'x', 'x');
     insert into change (id, list_id, member_id, action, state, reason_code, reason_message, refusal, via, ended_at)
       select c.id, l.id, m.id, 'subscribe', 'failed', 'X', 'x', c.refusal, 'api', now()
       from (values ('${told}'::uuid, '50'), ('${alike}', '50'), ('${other}', '65')) c (id, refusal), list l, member m;
     insert into incident (id, key, kind, subject_id, words)
       values (gen_random_uuid(), 'change-failed news 50', 'change-failed', '${told}', '{}'),
         (gen_random_uuid(), 'directory-away', 'directory-away', null, '{}'),
         (gen_random_uuid(), 'target-paused ldap', 'target-paused', 'ldap', '{}')`,
  )
  const keyOf = async (id: string) => (await db.transaction((tx) => lockIncidentOfChange(tx, id)))?.key
  return { url, told, alike, other, keyOf }
}

it('finds the incident about changes that were refused alike, whatever other incidents are about', async (t) => {
  const { told, alike, other, keyOf } = await refused(t)
  expect(await keyOf(told)).toBe('change-failed news 50')
  expect(await keyOf(alike)).toBe('change-failed news 50')
  expect(await keyOf(other)).toBeUndefined()
})

it('looks up the one change that an incident is about, however many were refused alike', async (t) => {
  const { url, told, keyOf } = await refused(t)
  const seen = statements()
  await keyOf(told)
  const text = [...seen].find((one) => one.includes('change-failed'))
  const plan = await runSql<{ 'QUERY PLAN': string }>(
    url,
    `set enable_seqscan = off; explain (generic_plan, costs off) ${text}`,
  )
  const lines = plan.map((line) => line['QUERY PLAN']).join('\n')
  expect(lines).toMatch(/change_pkey on change s\n\s+Index Cond: \(id = CASE/)
})
