import { expect, it, type TestContext } from 'vitest'
import { openDatabase } from '../../../domain/store/database.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { prune } from '../../../domain/store/prune.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { createTestDatabase, runSql } from '../../_support/servers.ts'

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
