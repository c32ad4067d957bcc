import { expect, it } from 'vitest'
import { openDatabase, rows } from '../../domain/store/database.ts'
import { newId } from '../../domain/store/new-id.ts'
import { sealAudit } from '../../domain/store/audit/seal-audit.ts'
import { writeAudit } from '../../domain/store/audit/write-audit.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { createTestDatabase } from '../_support/servers.ts'
import { waitUntil } from '../_support/world.ts'

it('while one seals another one does nothing, and nothing is chained twice', async (t) => {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { poolMax: 5, name: 'test' })
  cleanUpAfter(t, () => db.destroy())
  await writeAudit(db, [
    {
      actorKind: 'worker',
      actorId: null,
      event: 'change.applied',
      subjectKind: 'change',
      subjectId: newId(),
      via: 'ldap',
      outcome: 'applied',
    },
  ])
  const holding = await db.transaction()
  await rows(holding, 'lock table audit_seal in exclusive mode')
  const first = sealAudit(db)
  await waitUntil('the first one is about to write', async () => {
    const [waiting] = await rows(
      db,
      `select 1 from pg_locks where not granted and relation = 'audit_seal'::regclass
         and database = (select oid from pg_database where datname = current_database())`,
    )
    return waiting ?? null
  })
  let isOver = false
  const second = sealAudit(db).finally(() => {
    isOver = true
  })
  await waitUntil('the second one went away, or waits to write too', async () => {
    const waiting = await rows(
      db,
      `select 1 from pg_locks where not granted and relation = 'audit_seal'::regclass
         and database = (select oid from pg_database where datname = current_database())`,
    )
    return isOver || waiting.length > 1 ? true : null
  })
  await holding.commit()
  expect(await Promise.all([first, second])).toEqual([1, 0])
})
