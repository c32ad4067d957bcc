import { expect, it, type TestContext } from 'vitest'
import type { ListClass } from '../../../../domain/contracts/directory.ts'
import { openDatabase, rows } from '../../../../domain/store/database.ts'
import { fillLists } from '../../../../domain/store/mirror/fill-lists.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'

const placeholderKey = 'cn=guildpost,dc=example,dc=org'

type Person = { name: string; mails?: string[]; dn?: string; state?: 'present' | 'gone' }

/** Who is on a list that has just been added, by user name, when it was read with these values. */
async function onList(
  t: TestContext,
  {
    listClass,
    people,
    values,
  }: { listClass: ListClass; people: readonly Person[]; values: readonly string[] },
): Promise<string[]> {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { name: 'test' })
  cleanUpAfter(t, () => db.destroy())
  const id = newId()
  await rows(
    db,
    `insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane)
     values (:id, 'news', '1', 'cn=news', 'news', 'news', 'open', 0)`,
    { id },
  )
  for (const { name, mails = [], dn = name, state = 'present' } of people)
    await rows(
      db,
      `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name, mails, mail_keys, state, gone_at)
       values (:id, :name, '1', :dn, :dn, :name, :name, :mails, :mails, :state, case :state when 'gone' then now() end)`,
      { id: newId(), name, dn, mails, state },
    )
  const members = new Map(values.map((value) => [value, value]))
  await db.transaction((tx) => fillLists(tx, [{ id, members }], { listClass, placeholderKey }))
  const found = await rows<{ uid: string }>(
    db,
    'select m.uid from membership s join member m on m.id = s.member_id where s.list_id = :id order by m.uid',
    { id },
  )
  return found.map(({ uid }) => uid)
}

it('somebody with two mails on a list is on it once, and everybody is whose mail is on it', async (t) => {
  const people = [
    { name: 'alice', mails: ['a', 'b'] },
    { name: 'bob', mails: ['b'] },
    { name: 'carol', mails: ['c'] },
    { name: 'dave', mails: ['a'], state: 'gone' as const },
  ]
  expect(await onList(t, { listClass: 'nisMailAlias', people, values: ['a', 'b', 'nobody’s'] })).toEqual([
    'alice',
    'bob',
  ])
})

it('a person who is the placeholder is on no list', async (t) => {
  const people = [{ name: 'robot', dn: placeholderKey }, { name: 'alice' }]
  expect(
    await onList(t, { listClass: 'groupOfUniqueNames', people, values: [placeholderKey, 'alice'] }),
  ).toEqual(['alice'])
})

it('a DN with what stands between two of them puts on nobody else', async (t) => {
  const people = [{ name: 'alice' }, { name: 'bob' }, { name: 'carol' }]
  expect(
    await onList(t, { listClass: 'groupOfUniqueNames', people, values: ['alice\u001ebob', 'carol'] }),
  ).toEqual(['carol'])
})
