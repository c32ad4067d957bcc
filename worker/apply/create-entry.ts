import { setTimeout as delay } from 'node:timers/promises'
import { DirectoryFailure } from '../../adapters/ldap/failure.ts'
import { resultCode } from '../../adapters/ldap/result-codes.ts'
import type { ListRead } from '../../domain/contracts/directory.ts'
import { recordCreated } from '../../domain/store/apply/list-entry.ts'
import { putEntryOff } from '../../domain/store/apply/list-entry-failed.ts'
import { takeTurn, type Turn } from '../../domain/store/take-turn.ts'
import type { WorkerContext } from '../context.ts'
import { isHalfMade } from '../sync/made-here.ts'
import type { EntryTask } from './entry-task.ts'
import { findInPlace, mayBeAt, nameTaken } from './find-entry.ts'

/** How long a worker that dies keeps others from creating, and how soon to look again whether it is our turn. */
const turnMs = 30_000
const othersTurnMs = 100

/**
 * Makes the list's entry, or takes the one that is in its place. False when the lease was lost.
 * @throws {LeaseLost} @throws {DirectoryFailure}
 */
export async function createEntry(task: EntryTask): Promise<boolean> {
  const { context, list } = task
  if (!mayBeAt(context, context.directory.newListDn(list.name))) throw nameTaken(list.name)
  for (;;) {
    // Some classes number their entries: of two that are made at once both would get the same.
    const turn = await waitForTurn(task)
    if (turn === null)
      return putEntryOff(context.db, list, {
        inMs: 0,
        counts: false,
        refused: false,
        problem: 'the worker was stopped',
      })
    try {
      return await createInTurn(task, turn)
    } catch (error) {
      if (!(error instanceof TurnLost)) throw error
      context.log.warn({ list: list.id }, 'it took too long to create it: somebody else’s turn came')
    } finally {
      // It runs out by itself, and what went wrong before is more important.
      await turn
        .giveBack()
        .catch((error: unknown) => context.log.warn({ err: error }, 'a turn could not be given back'))
    }
  }
}

/** Others may have created lists since: what was read before says nothing any more. */
class TurnLost extends Error {
  override readonly name = 'TurnLost'
}

/** Null when the worker is to stop. @throws {LeaseLost} */
async function waitForTurn({ context, lease }: EntryTask): Promise<Turn | null> {
  while (!context.stopping.aborted) {
    const turn = await takeTurn(context.db, 'create-entry', turnMs)
    if (turn !== null) return turn
    await delay(othersTurnMs)
    await lease.stillOurs()
  }
  return null
}

async function createInTurn(task: EntryTask, turn: Turn): Promise<boolean> {
  const { context, list, entry, lease } = task
  const { directory, db, placeholderDn } = context
  const confirm = async () => {
    if (!(await turn.keep())) throw new TurnLost()
    await lease.stillOurs()
  }
  const members = directory.needsPlaceholder ? [placeholderDn] : []
  const { holdsDescription } = directory
  try {
    const wanted = { name: list.name, description: entry.description, members }
    const made = await directory.createList(wanted, confirm)
    return await recordCreated(db, list, made, { adopted: false, holdsDescription })
  } catch (error) {
    if (!(error instanceof DirectoryFailure) || error.code !== resultCode.entryAlreadyExists) throw error
    const found = await findInPlace(context, list)
    if (found === null) throw nameTaken(list.name, error)
    if (await wasLeftUnseen(context, found)) {
      await confirm()
      await directory.deleteList(found.list.entryUuid, found.list.version)
      return createInTurn(task, turn)
    }
    return recordCreated(db, list, found.list, { adopted: true, holdsDescription })
  }
}

/** Whoever made it was gone before they saw that another group has its number, too. */
async function wasLeftUnseen(context: WorkerContext, found: ListRead): Promise<boolean> {
  return isHalfMade(context, found) && !(await context.directory.hasOwnNumber(found.list.entryUuid))
}
