import { expect, it } from 'vitest'
import { openDatabase, rows } from '../../domain/store/database.ts'
import { endLeaseOfBefore } from '../../sandbox/start/end-lease-of-before.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { createTestDatabase } from '../_support/servers.ts'

it('a bot that was killed with all the rest holds its lease no longer; every other turn is kept', async (t) => {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { name: 'test' })
  cleanUpAfter(t, () => db.destroy())
  await rows(
    db,
    `insert into turn (name, token, until) select name, gen_random_uuid(), now() + interval '15 seconds' from unnest(array['bot', 'role 1']) name`,
  )
  await endLeaseOfBefore({ DATABASE_URL: url })
  expect(await rows(db, 'select name from turn')).toEqual([{ name: 'role 1' }])
})
