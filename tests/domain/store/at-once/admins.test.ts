import { beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase, rows } from '../../../../domain/store/database.ts'
import { setAdmin } from '../../../../domain/store/members/set-admin.ts'
import { writeAdmins } from '../../../../domain/store/members/write-admins.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'
import { somebodyWaits } from '../../../_support/world.ts'

let db: Database
beforeEach(async (t) => {
  const { url } = await createTestDatabase(t)
  db = openDatabase(url, { poolMax: 5 })
  cleanUpAfter(t, () => db.destroy())
  await rows(
    db,
    `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name) values (gen_random_uuid(), 'eve', '1', 'eve', 'eve', 'eve', 'eve')`,
  )
})
const eve = async () => (await rows<{ isAdmin: boolean }>(db, 'select is_admin from member'))[0]?.isAdmin
/** What a read of the directory writes when its admin group has these members. */
const names = (...dnKeys: string[]) =>
  db.transaction((tx) => writeAdmins(tx, { dnKeys, uids: [], mailKeys: [], gid: null }))
const says = (isAdmin: boolean) => db.transaction((tx) => setAdmin(tx, { username: 'eve', isAdmin }))

it('whom an operator revokes is no admin, though they are taken out of the group in the directory at that moment', async () => {
  await says(true)
  await names('eve')
  const operator = await db.transaction()
  expect(await setAdmin(operator, { username: 'eve', isAdmin: false })).toMatchObject({ isAdmin: false })
  const sync = names()
  await somebodyWaits({ db })
  await operator.commit()
  await sync
  expect(await eve()).toBe(false)
})

it('whom an operator grants it is an admin, though the directory begins to name them at that moment', async () => {
  await names('eve')
  await says(false)
  await names()
  const operator = await db.transaction()
  expect(await setAdmin(operator, { username: 'eve', isAdmin: true })).toMatchObject({ isAdmin: true })
  const sync = names('eve')
  await somebodyWaits({ db })
  await operator.commit()
  await sync
  expect(await eve()).toBe(true)
})

it('of two operators at once the one that waited has the last word', async () => {
  const granting = await db.transaction()
  await setAdmin(granting, { username: 'eve', isAdmin: true })
  const revoking = says(false)
  await somebodyWaits({ db })
  await granting.commit()
  expect(await revoking).toMatchObject({ isAdmin: false, changed: true })
  expect(await eve()).toBe(false)
})
