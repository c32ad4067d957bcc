import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, type TestContext } from 'vitest'
import { type Database, openDatabase } from '../../domain/store/database.ts'
import { newId } from '../../domain/store/new-id.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { compileCache } from '../_support/compile-cache.ts'
import { createTestDatabase, keepSql, type Sql } from '../_support/servers.ts'

const command = join(import.meta.dirname, '../../cli/admin.ts')

export type Ran = { code: number; out: string; err: string }

/** A database with people, and `npm run admin` on it, as a process of its own. */
export type AdminCommand = {
  databaseUrl: string
  db: Database
  admin: (...args: string[]) => Promise<Ran>
  /** The same with another environment, and nothing else in it. */
  adminWith: (environment: Record<string, string>, ...args: string[]) => Promise<Ran>
  sql: Sql
  add: (
    uid: string,
    more?: { displayName?: string; inDirectory?: boolean; gone?: boolean; mail?: string | null },
  ) => Promise<string>
  /** Writes a file below where the command runs; gives its path. */
  file: (text: string, name?: string) => Promise<string>
  /** What the audit has, oldest first, by whom it is about; what the directory did is left out. */
  audit: () => Promise<{ event: string; subject: string | null; outcome: string; details: object }[]>
}

export async function adminCommand(t: TestContext): Promise<AdminCommand> {
  const { url: databaseUrl } = await createTestDatabase(t)
  const db = openDatabase(databaseUrl, { poolMax: 4 })
  const folder = await mkdtemp(join(tmpdir(), 'guildpost-admin-'))
  cleanUpAfter(t, async () => {
    await db.destroy()
    await rm(folder, { recursive: true })
  })
  const sql = keepSql(databaseUrl, t)
  // Elsewhere than in the repository: a developer's own .env.dev is nothing to a test.
  const adminWith: AdminCommand['adminWith'] = (env, ...args) => run(args, { env, cwd: folder })
  await sql(`insert into sync_run (id, mode, state, ended_at) values ($1, 'full', 'done', now())`, [newId()])
  return {
    databaseUrl,
    db,
    sql,
    adminWith,
    admin: (...args) => adminWith({ DATABASE_URL: databaseUrl }, ...args),
    add: async (
      uid,
      { displayName = uid, inDirectory = false, gone = false, mail = `${uid}@example.org` } = {},
    ) => {
      const id = newId()
      await sql(
        `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name, mails, is_admin, admin_in_directory, state, gone_at)
         values ($1::uuid, $1::text, '1', $2, $2, $2, $3, $4, $5, $5, $6, $7)`,
        [
          id,
          uid,
          displayName,
          mail === null ? [] : [mail],
          inDirectory,
          gone ? 'gone' : 'present',
          gone ? new Date() : null,
        ],
      )
      return id
    },
    file: async (text, name = `${newId()}.csv`) => {
      const path = join(folder, name)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, text)
      return path
    },
    audit: async () => {
      const entries = await sql<{
        event: string
        subject: string | null
        outcome: string
        details: object
        by: string
      }>(
        `select a.event, m.uid as subject, a.outcome, a.details,
           concat_ws(' ', a.actor_kind, coalesce(a.actor_id, 'without an id'), a.via) as by
         from audit_entry a left join discord_link l on l.id::text = a.subject_id
         left join member m on m.id::text = a.subject_id or m.id = l.member_id
         where a.actor_kind <> 'directory' order by a.at, a.id`,
      )
      for (const entry of entries) expect(entry.by).toBe('operator without an id operator')
      return entries.map(({ by: _by, ...entry }) => entry)
    },
  }
}

function run(
  args: readonly string[],
  { env, cwd }: { env: Record<string, string>; cwd: string },
): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [command, ...args],
      { env: { ...compileCache, ...env }, cwd },
      (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    )
  })
}
