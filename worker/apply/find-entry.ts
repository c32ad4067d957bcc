import { DirectoryFailure } from '../../adapters/ldap/failure.ts'
import { resultCode } from '../../adapters/ldap/result-codes.ts'
import type { ListEntry, ListRead } from '../../domain/contracts/directory.ts'
import { isFreeEntry } from '../../domain/store/apply/free-entry.ts'
import type { LeasedList } from '../../domain/store/apply/lease-list.ts'
import type { WorkerContext } from '../context.ts'
import { isMadeByUs } from '../sync/made-here.ts'
import { mayBeList } from '../sync/mirror-options.ts'

/** Whether a list may be there: where the group that makes admins is, or would be, none is ever made, found or moved to. */
export const mayBeAt = (context: WorkerContext, dn: string): boolean => mayBeList(context, { dn })

/** Null where it is gone, or may be no list. */
export async function findById(context: WorkerContext, entryUuid: string | null): Promise<ListEntry | null> {
  const found = entryUuid === null ? null : await context.directory.findList(entryUuid)
  return found !== null && mayBeAt(context, found.list.dn) ? found.list : null
}

/** What is where this list is made, unless another list of ours has it, or it can't be one. */
export async function findInPlace(context: WorkerContext, list: LeasedList): Promise<ListRead | null> {
  const found = await context.directory.findNamedList(list.name)
  if (found === null || !mayBeAt(context, found.list.dn)) return null
  return (await isFreeEntry(context.db, found.list.entryUuid, list.id)) ? found : null
}

/** What a creation of ours left behind of which no answer came. What others have put there since is theirs. */
export async function findOwn(context: WorkerContext, list: LeasedList): Promise<ListEntry | null> {
  const found = await findInPlace(context, list)
  return found !== null && isMadeByUs(context, found) ? found.list : null
}

/** A list can't have this name. */
export const nameTaken = (name: string, cause?: DirectoryFailure): DirectoryFailure =>
  new DirectoryFailure(
    'permanent',
    resultCode.entryAlreadyExists,
    cause === undefined
      ? `${name} is the name of the group that makes admins, which is never a list: choose another name`
      : `the directory has another entry named ${name} already: choose another name, or remove that entry`,
    cause,
  )
