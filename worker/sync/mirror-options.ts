import { dnKey } from '../../adapters/ldap/dn-key.ts'
import type { ListEntry } from '../../domain/contracts/directory.ts'
import type { MirrorOptions } from '../../domain/store/mirror-lists.ts'
import type { SyncContext } from '../context.ts'

/** How lists of this directory are mirrored. */
export const mirrorOptions = ({
  directory,
  placeholderDn,
  firstJoin,
  firstHidden,
}: SyncContext): Omit<MirrorOptions, 'again' | 'begunAt'> => ({
  listClass: directory.listClass,
  placeholderKey: directory.keyOf(placeholderDn),
  holdsDescription: directory.holdsDescription,
  firstJoin,
  firstHidden,
})

/** The group that makes admins is never a list. */
export const isOurs = ({ adminGroup }: SyncContext, list: ListEntry): boolean =>
  adminGroup === null || dnKey(list.dn) !== dnKey(adminGroup)
