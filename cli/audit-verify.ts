import type { AuditCheckpoint, AuditVerdict } from '../domain/contracts/audit.ts'
import { ConfigError } from '../domain/contracts/environment.ts'
import { isSignedBy, publicKeyOf } from '../domain/rules/audit-checkpoint.ts'
import { type Database, openDatabase } from '../domain/store/database.ts'
import { readHealth } from '../domain/store/read-health.ts'
import { verifyAudit } from '../domain/store/verify-audit.ts'
import { migrations } from '../migrations/index.ts'
import { complain, say } from './admin/say.ts'
import { readWanted, usage, UsageError } from './audit/command-line.ts'
import { readKept } from './audit/read-kept.ts'
import { readAuditKey, readDatabaseConfig } from './config.ts'

// For whoever minds the database, and for whoever does not trust that person: with a checkpoint that was kept elsewhere.

process.exitCode = await run(process.argv.slice(2))

async function run(args: readonly string[]): Promise<number> {
  try {
    const wanted = readWanted(args)
    switch (wanted.what) {
      case 'help':
        for (const line of usage.split('\n')) say(line)
        return 0
      case 'public key':
        say(publicKeyOf(readAuditKey()))
        return 0
      case 'verdict': {
        const kept = (await Promise.all(wanted.checkpointFiles.map(readKept))).flat()
        const areSigned = judgeSignatures(kept, wanted.publicKey)
        const publicKeys = wanted.publicKey === null ? [] : [wanted.publicKey]
        const verdict = await withDatabase((db) => verifyAudit(db, { kept, publicKeys }))
        sayVerdict(verdict, kept.length)
        return verdict.ok && areSigned ? 0 : 1
      }
    }
  } catch (error) {
    complain(messageOf(error))
    if (error instanceof UsageError) return 2
    return error instanceof ConfigError ? 78 : 1
  }
}

async function withDatabase<Result>(work: (db: Database) => Promise<Result>): Promise<Result> {
  const db = openDatabase(readDatabaseConfig().DATABASE_URL, { poolMax: 2, name: 'guildpost-audit' })
  try {
    const needs = { migrations: migrations.map(({ name }) => name), mirrorMaxAgeS: Number.MAX_SAFE_INTEGER }
    const { schema } = await readHealth(db, needs).catch((cause: unknown) => {
      throw new Error(`The database does not answer: ${messageOf(cause)}`, { cause })
    })
    if (schema === 'down') throw new Error('The schema is not up to date. First do: npm run migrate')
    return await work(db)
  } finally {
    await db.destroy()
  }
}

/** Whether every checkpoint was signed by the key; true where none was given, which is said. */
function judgeSignatures(kept: readonly AuditCheckpoint[], publicKey: string | null): boolean {
  if (publicKey === null) {
    if (kept.length > 0) say('No signature was checked: say --public-key KEY for that.')
    return true
  }
  const unsigned = kept.filter((checkpoint) => !isSignedBy(publicKey, checkpoint))
  for (const { madeAt, position } of unsigned)
    complain(`NOT SIGNED: the checkpoint of ${madeAt} (position ${position}) was not signed by this key.`)
  return unsigned.length === 0
}

function sayVerdict({ ok, sealed, unsealed, firstBreak }: AuditVerdict, kept: number): void {
  if (firstBreak !== null) {
    const { position, entryId, problem } = firstBreak
    complain(`BROKEN at position ${position}${entryId === null ? '' : ` (entry ${entryId})`}: ${problem}.`)
    complain('What to do: docs/operations.md, “audit-broken”.')
  }
  if (ok) say(`The audit is whole: ${sealed} ${sealed === 1 ? 'entry' : 'entries'} sealed.`)
  if (ok && kept > 0) say(kept === 1 ? 'The checkpoint fits.' : `All ${kept} checkpoints fit.`)
  if (unsealed > 0) say(`Not sealed yet: ${unsealed}. A running worker seals them within seconds.`)
}

function messageOf(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n\n${usage}`
  if (!(error instanceof Error)) return String(error)
  const { code } = error as { code?: unknown }
  // Of several addresses that did not answer there is a code only.
  return error.message || String(code)
}
