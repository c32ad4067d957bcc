import { expect, it } from 'vitest'
import { openDatabase, rows } from '../../../../domain/store/database.ts'
import { writeAdmins } from '../../../../domain/store/members/write-admins.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'

it('takes a user name or an address that two share for neither, and that of who is gone for nobody’s', async (t) => {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { poolMax: 2 })
  cleanUpAfter(t, () => db.destroy())
  const people: [key: string, uid: string, mail: string, state: string][] = [
    ['one', 'twin', 'one@example.org', 'present'],
    ['two', 'Twin', 'two@example.org', 'present'],
    ['three', 'three', 'both@example.org', 'present'],
    ['four', 'four', 'both@example.org', 'present'],
    ['five', 'heir', 'five@example.org', 'present'],
    ['before', 'heir', 'before@example.org', 'gone'],
    ['six', 'six', 'six@example.org', 'present'],
  ]
  for (const [key, uid, mail, state] of people)
    await rows(
      db,
      `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name, mails, mail_keys, state, gone_at)
       values (gen_random_uuid(), :key, '1', :key, :key, :uid, :key, array[:mail], array[:mail], :state,
         case :state when 'gone' then now() end)`,
      { key, uid, mail, state },
    )
  const uids = ['twin', 'Twin', 'heir']
  const named = { dnKeys: [], uids, mailKeys: ['both@example.org', 'six@example.org'], gid: null }
  await db.transaction((tx) => writeAdmins(tx, named))
  expect(await rows(db, 'select entry_uuid from member where is_admin order by entry_uuid')).toEqual([
    { entryUuid: 'five' },
    { entryUuid: 'six' },
  ])
})
