import { dnKey } from '../../adapters/ldap/entries/dn-key.ts'
import type { ListEntry } from '../../domain/contracts/directory.ts'
import type { MirrorOptions } from '../../domain/store/mirror/mirror-lists.ts'
import type { SyncContext } from '../context.ts'
import { isHalfMade, isMadeByUs, isWhereMade } from './made-here.ts'

/** How lists of this directory are mirrored. */
export const mirrorOptions = (context: SyncContext): Omit<MirrorOptions, 'again' | 'begunAt'> => ({
  listClass: context.directory.listClass,
  placeholderKey: context.directory.keyOf(context.placeholderDn),
  holdsDescription: context.directory.holdsDescription,
  firstJoin: context.firstJoin,
  firstHidden: context.firstHidden,
  isWhereMade: (list) => isWhereMade(context, list),
  isMadeByUs: (read) => isMadeByUs(context, read),
  isHalfMade: (read) => isHalfMade(context, read),
})

/** Whether this entry may be one of our lists: the group that makes admins never is. */
export const mayBeList = (
  { adminGroup }: Pick<SyncContext, 'adminGroup'>,
  list: Pick<ListEntry, 'dn'>,
): boolean => adminGroup === null || dnKey(list.dn) !== dnKey(adminGroup)
