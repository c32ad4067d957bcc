import { randomBytes } from 'node:crypto'
import type { TestContext } from 'vitest'
import { type Database, openDatabase } from '../../../../domain/store/database.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { sealAuditToEnd } from '../../../../domain/store/audit/seal-audit.ts'
import { type AuditEntry, writeAudit } from '../../../../domain/store/audit/write-audit.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase, keepSql, type Sql } from '../../../_support/servers.ts'

export type AuditWorld = {
  url: string
  db: Database
  /** Entries, written one after the other; sealed unless said otherwise. Gives their ids in that order. */
  write: (count: number, options?: { sealed?: boolean }) => Promise<string[]>
  sql: Sql
  /** As somebody who owns the database and looks after nothing: triggers and foreign keys are off. */
  tamper: (text: string) => Promise<void>
}

export const newSigningKey = (): string => randomBytes(32).toString('base64url')

/** A database of this test's own, for its audit. */
export async function auditWorld(t: TestContext): Promise<AuditWorld> {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url)
  cleanUpAfter(t, () => db.destroy())
  const sql = keepSql(url, t)
  return {
    url,
    db,
    sql,
    write: async (count, { sealed = true } = {}) => {
      const subjects = Array.from({ length: count }, () => newId())
      await writeAudit(db, subjects.map(applied))
      if (sealed) await sealAuditToEnd(db)
      const written = await sql<{ id: string }>(
        'select id from audit_entry where subject_id = any($1) order by id',
        [subjects],
      )
      return written.map(({ id }) => id)
    },
    tamper: async (text) => {
      await sql(`set local session_replication_role = replica; ${text}`)
    },
  }
}

const applied = (subjectId: string): AuditEntry => ({
  actorKind: 'worker',
  actorId: null,
  event: 'change.applied',
  subjectKind: 'change',
  subjectId,
  via: 'ldap',
  outcome: 'applied',
  details: { version: '20261121080000.000001Z#000000#000#000000', how: 'modified' },
})
