import { expect, it, type TestContext } from 'vitest'
import type { ListClass } from '../../../domain/contracts/directory.ts'
import { openDatabase, rows } from '../../../domain/store/database.ts'
import { readKnownLists } from '../../../domain/store/mirror/known-entries.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { differingLists } from '../../../worker/sync/differing-lists.ts'
import type { SyncContext } from '../../../worker/context.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { createTestDatabase } from '../../_support/servers.ts'

const placeholderDn = 'cn=guildpost,dc=example,dc=org'

type Person = { name: string; mails?: string[]; dn?: string; isOn: boolean }

/** One list in the mirror, and whether it differs when it is read with these values. */
async function differs(
  t: TestContext,
  {
    listClass,
    people,
    values,
  }: { listClass: ListClass; people: readonly Person[]; values: readonly string[] },
): Promise<boolean> {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { name: 'test' })
  cleanUpAfter(t, () => db.destroy())
  const list = {
    entryUuid: 'news',
    version: '1',
    dn: 'cn=news',
    name: 'news',
    displayName: 'news',
    description: '',
    ownerKeys: [],
  }
  const listId = newId()
  await rows(
    db,
    `insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane)
     values (:listId, 'news', '1', 'cn=news', 'news', 'news', 'open', 0)`,
    { listId },
  )
  for (const { name, mails = [], dn = name, isOn } of people)
    await rows(
      db,
      `with placed as (
         insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name, mails, mail_keys)
         values (:id, :name, '1', :dn, :dn, :name, :name, :mails, :mails) returning id)
       insert into membership (list_id, member_id) select :listId, id from placed where :isOn`,
      { id: newId(), name, dn, mails, isOn, listId },
    )
  const directory = { listClass, keyOf: (value: string) => value }
  const context = { db, directory, placeholderDn } as unknown as SyncContext
  const members = new Map(values.map((value) => [value, value]))
  const found = await differingLists(context, [{ list, members }], await readKnownLists(db))
  return found.includes('news')
}

it('somebody whose mail is on the list is missed, also where two others there share one', async (t) => {
  const sharing = ['alice', 'bob'].map((name) => ({ name, mails: ['a'], isOn: true }))
  const read = { listClass: 'nisMailAlias', values: ['a', 'b'] } as const
  expect(await differs(t, { ...read, people: sharing })).toBe(false)
  expect(
    await differs(t, { ...read, people: [...sharing, { name: 'carol', mails: ['b'], isOn: false }] }),
  ).toBe(true)
})

it('somebody with two mails on the list, and two who share one, are there', async (t) => {
  const people = [
    { name: 'alice', mails: ['a', 'b'], isOn: true },
    { name: 'bob', mails: ['b'], isOn: true },
  ]
  expect(await differs(t, { listClass: 'nisMailAlias', people, values: ['a', 'b'] })).toBe(false)
})

it('a person who is the placeholder is on no list, also where the mirror has them on it', async (t) => {
  const read = { listClass: 'groupOfUniqueNames', values: [placeholderDn] } as const
  expect(await differs(t, { ...read, people: [{ name: 'robot', dn: placeholderDn, isOn: false }] })).toBe(
    false,
  )
  expect(await differs(t, { ...read, people: [{ name: 'robot', dn: placeholderDn, isOn: true }] })).toBe(true)
})
