import type { ListClass } from '../../domain/contracts/directory.ts'
import { dnKey } from './dn-key.ts'

/** How each class of list holds its members. */
export const listClasses: Readonly<
  Record<
    ListClass,
    {
      memberAttribute: string
      /** The class must never be empty (RFC 4519, section 3.5): a placeholder stays in. */
      needsPlaceholder: boolean
      /** Two values with the same key are the same member by the attribute's own matching rule. */
      keyOf: (value: string) => string
    }
  >
> = {
  groupOfUniqueNames: { memberAttribute: 'uniqueMember', needsPlaceholder: true, keyOf: dnKey },
  groupOfNames: { memberAttribute: 'member', needsPlaceholder: true, keyOf: dnKey },
  posixGroup: { memberAttribute: 'memberUid', needsPlaceholder: false, keyOf: (value) => value },
  nisMailAlias: {
    memberAttribute: 'rfc822MailMember',
    needsPlaceholder: false,
    keyOf: (value) => value.toLowerCase(),
  },
}
