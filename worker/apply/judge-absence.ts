import { DirectoryFailure } from '../../adapters/ldap/failure.ts'
import { resultCode } from '../../adapters/ldap/result-codes.ts'
import { areTooManyAtOnce } from '../../domain/rules/too-many-at-once.ts'
import type { LeasedList } from '../../domain/store/apply/lease-list.ts'
import { countLists } from '../../domain/store/mirror/mark-list-gone.ts'
import { readExpectedLists } from '../../domain/store/apply/read-expected-lists.ts'
import type { WorkerContext } from '../context.ts'
import { mayBeList } from '../sync/mirror-options.ts'
import { refuseEmptiness } from '../sync/refuse-emptiness.ts'

/**
 * A list was looked for by its id and is not there, or may be no list. Judged as a sync would, which sees all that is missing and not one list alone: `held`
 * when too many are gone at once for that to be meant.
 * @throws {IncompleteRead} when nothing is left where lists were. @throws {DirectoryFailure} when it is there after all.
 */
export async function judgeAbsence(context: WorkerContext, list: LeasedList): Promise<'gone' | 'held'> {
  const { db, directory } = context
  const expected = await readExpectedLists(db)
  const { entryUuid } = list
  // The directory never had it; or a sync was here first, and has judged.
  if (entryUuid === null || (list.entry?.state !== 'deleting' && !expected.has(entryUuid))) return 'gone'
  const found = await directory.findList(entryUuid)
  if (found !== null && !mayBeList(context, found.list)) return 'gone'
  for await (const ids of directory.listIds('lists'))
    for (const id of ids) {
      if (id === entryUuid)
        throw new DirectoryFailure(
          'recompute',
          resultCode.noSuchObject,
          `the list ${list.name} was gone for a moment only`,
        )
      expected.delete(id)
    }
  await refuseEmptiness(context, 'lists', expected.size)
  const { there, lost } = await countLists(db)
  const isHeld = areTooManyAtOnce(lost + expected.size, there + lost)
  if (isHeld)
    context.log.error({ gone: lost + expected.size, of: there + lost }, 'many lists are gone at once')
  return isHeld ? 'held' : 'gone'
}
