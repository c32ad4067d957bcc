import { areTooManyAtOnce } from '../../domain/rules/too-many-at-once.ts'
import { countLists, markListGone } from '../../domain/store/mirror/mark-list-gone.ts'
import type { SyncContext } from '../context.ts'

/**
 * These lists were looked for by their ids and are gone. Their waiting changes fail, but where so many are gone at once (within a day)
 * that something seems to be broken: then they wait until an admin says that it is meant.
 */
export async function closeLists({ db, log }: SyncContext, listIds: readonly string[]): Promise<void> {
  if (listIds.length === 0) return
  const { there, going, lost } = await countLists(db, listIds)
  const isHeld = areTooManyAtOnce(lost + going, there + lost)
  if (isHeld) log.error({ gone: lost + going, of: there + lost }, 'many lists are gone at once')
  for (const listId of listIds) await markListGone(db, listId, { isHeld })
}
