import { DatabaseError } from 'pg'
import { sqlState } from '../../contracts/sql-state.ts'
import { type Database, rows } from '../database.ts'
import { mirrorAgeS } from '../mirror/directory-age.ts'
import { workerGoneS } from './note-worker.ts'

export type StoreHealth = {
  /** Every migration that this version of the program needs was applied. */
  schema: 'up' | 'down'
  /** The directory was read at least once, and not too long ago. */
  mirror: 'up' | 'down'
  /** One at least has said lately that it lives. */
  workers: 'up' | 'down'
}

/** Of a schema that is not there, or is an older one. */
const undefinedInSchema: ReadonlySet<string | undefined> = new Set([
  sqlState.undefinedTable,
  sqlState.undefinedColumn,
])

/**
 * How the store is: its schema against the migrations that the program needs, and the age of the mirror.
 * @throws when Postgres can't be reached.
 */
export async function readHealth(
  db: Database,
  needs: { migrations: readonly string[]; mirrorMaxAgeS: number },
): Promise<StoreHealth> {
  try {
    const [found] = await rows<{ missing: number; mirrorAgeS: number | null; hasWorker: boolean }>(
      db,
      `select
         (select count(*)::integer from unnest(:migrations::text[]) as needed (name)
          where not exists (select 1 from schema_migration s where s.name = needed.name)) as missing,
         ${mirrorAgeS} as mirror_age_s,
         exists (select 1 from installation where worker_seen_at > now() - make_interval(secs => :workerGoneS)) as has_worker`,
      { migrations: needs.migrations, workerGoneS },
    )
    const age = found?.mirrorAgeS ?? Number.POSITIVE_INFINITY
    return {
      schema: found?.missing === 0 ? 'up' : 'down',
      mirror: age <= needs.mirrorMaxAgeS ? 'up' : 'down',
      workers: found?.hasWorker === true ? 'up' : 'down',
    }
  } catch (cause) {
    if (cause instanceof DatabaseError && undefinedInSchema.has(cause.code))
      return { schema: 'down', mirror: 'down', workers: 'down' }
    throw cause
  }
}
