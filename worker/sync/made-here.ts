import { dnKey } from '../../adapters/ldap/entries/dn-key.ts'
import type { ListEntry, ListRead, MemberValues } from '../../domain/contracts/directory.ts'
import type { SyncContext } from '../context.ts'

/** Whether it is where we would make a list of its name: further down names may be the same. */
export const isWhereMade = ({ directory }: SyncContext, { dn, name }: ListEntry): boolean =>
  dnKey(dn) === dnKey(directory.newListDn(name))

/** Whether our account made it. Where the server does not say who did: whether nobody is on it, as on one that was just made. */
export function isMadeByUs(
  { directory, placeholderDn }: Pick<SyncContext, 'directory' | 'placeholderDn'>,
  { list, members }: ListRead,
): boolean {
  if (list.creatorKey !== undefined) return list.creatorKey === directory.ownKey
  return isEmpty({ directory, placeholderDn }, members)
}

/**
 * Whether, for all that shows, our account made it and has not seen yet that no other group has its number: a worker that died between
 * the two leaves one like this. What others have put there since is theirs.
 */
export const isHalfMade = (
  context: Pick<SyncContext, 'directory' | 'placeholderDn'>,
  read: ListRead,
): boolean => context.directory.numbersLists && isEmpty(context, read.members) && isMadeByUs(context, read)

function isEmpty(
  { directory, placeholderDn }: Pick<SyncContext, 'directory' | 'placeholderDn'>,
  members: MemberValues,
): boolean {
  const placeholderKey = directory.keyOf(placeholderDn)
  return [...members.keys()].every((key) => key === placeholderKey)
}
