import { expect, it } from 'vitest'
import { openDatabase, rows } from '../../../../domain/store/database.ts'
import { holdOffKeepers } from '../../../../domain/store/mirror/keep-members.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'

it('who has held off those who keep members waits for anything else as long as it takes', async (t) => {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { poolMax: 1 })
  cleanUpAfter(t, () => db.destroy())
  const after = await db.transaction(async (tx) => {
    await holdOffKeepers(tx)
    return rows(tx, `select current_setting('lock_timeout') as most`)
  })
  expect(after).toEqual([{ most: '0' }])
})
