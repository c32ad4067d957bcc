import { IncompleteRead } from '../../adapters/ldap/failure.ts'
import { takeTurn } from '../../domain/store/take-turn.ts'
import { endRun, failAbandonedRuns, startRun, type SyncReport } from '../../domain/store/sync-runs.ts'
import { writeAdmins } from '../../domain/store/write-admins.ts'
import type { SyncContext } from '../context.ts'
import { readListsIntoMirror } from './read-lists-into-mirror.ts'
import { readPeopleIntoMirror } from './read-people-into-mirror.ts'

const turnMs = 60_000

/**
 * Reads all people and lists into the mirror; only what differs is written. One worker at a time: gives null when another
 * one is at it. What is incomplete removes nothing and ends as a failed run.
 * @throws {IncompleteRead} @throws {DirectoryFailure}
 */
export async function fullRead(context: SyncContext): Promise<SyncReport | null> {
  const { db, log } = context
  const turn = await takeTurn(db, 'sync-directory', turnMs)
  if (!turn) return null
  const keeping = setInterval(() => {
    turn
      .keep()
      .catch((error: unknown) => log.warn({ err: error }, 'the turn to read the directory could not be kept'))
  }, turnMs / 3)
  try {
    await failAbandonedRuns(db)
    return await readOnce(context, await startRun(db))
  } finally {
    clearInterval(keeping)
    await turn.giveBack()
  }
}

async function readOnce(context: SyncContext, runId: string): Promise<SyncReport> {
  const { db, log } = context
  const report: SyncReport = {
    people: { seen: 0, written: 0, gone: 0 },
    lists: { seen: 0, written: 0, gone: 0, nameTaken: [] },
  }
  try {
    await readPeopleIntoMirror(context, report)
    await readAdmins(context)
    await readListsIntoMirror(context, report)
    await endRun(db, runId, 'done', report)
    log.info({ report }, 'the directory was read')
    return report
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    await endRun(db, runId, 'failed', { ...report, problem })
    if (error instanceof IncompleteRead)
      log.error({ err: error }, 'the read of the directory was incomplete: nothing was removed')
    throw error
  }
}

async function readAdmins({ db, directory, adminGid, adminGroup, log }: SyncContext): Promise<void> {
  const { found, ...named } = await directory.readAdmins()
  if (!found) log.error({ adminGroup }, 'LDAP_ADMIN_GROUP is not in the directory: it makes nobody an admin')
  await db.transaction((tx) => writeAdmins(tx, { ...named, gid: adminGid }))
}
