import { expect, it } from 'vitest'
import { openDatabase } from '../../../../domain/store/database.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { sealAudit } from '../../../../domain/store/audit/seal-audit.ts'
import { writeAudit } from '../../../../domain/store/audit/write-audit.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase, runSql } from '../../../_support/servers.ts'
import type { TestContext } from 'vitest'

async function someEntries(t: TestContext, count: number) {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url)
  cleanUpAfter(t, () => db.destroy())
  const entries = Array.from({ length: count }, () => ({
    actorKind: 'worker' as const,
    actorId: null,
    event: 'change.applied',
    subjectKind: 'change' as const,
    subjectId: newId(),
    via: 'ldap',
    outcome: 'applied',
  }))
  await writeAudit(db, entries)
  return { url, db }
}

it('takes entries and never changes or loses one', async (t) => {
  const { url } = await someEntries(t, 2)
  for (const statement of [
    `update audit_entry set outcome = 'failed'`,
    'delete from audit_entry',
    'truncate audit_entry cascade',
  ])
    await expect(runSql(url, statement)).rejects.toThrow('append-only')
  expect(await runSql(url, 'select id from audit_entry')).toHaveLength(2)
})

it('chains every entry once, also with two sealers at once', async (t) => {
  const { url, db } = await someEntries(t, 50)
  await Promise.all([sealAudit(db), sealAudit(db)])
  await writeAudit(db, [
    {
      actorKind: 'member',
      actorId: newId(),
      event: 'link.made',
      subjectKind: 'link',
      subjectId: newId(),
      via: 'discord',
      outcome: 'linked',
    },
  ])
  await sealAudit(db)
  const seals = await runSql<{ position: string; hash: Buffer; previous_hash: Buffer }>(
    url,
    'select position, hash, previous_hash from audit_seal order by position',
  )
  expect(seals.map((seal) => Number(seal.position))).toEqual(
    Array.from({ length: 51 }, (_, index) => index + 1),
  )
  for (const [index, seal] of seals.entries())
    expect(seal.previous_hash).toEqual(seals[index - 1]?.hash ?? Buffer.alloc(32))
  expect(await sealAudit(db)).toBe(0)
  await expect(runSql(url, 'delete from audit_seal')).rejects.toThrow('append-only')
})
