import type { ListClass } from '../../../domain/contracts/directory.ts'
import { dnKey } from './dn-key.ts'
import { foldSpaces } from './fold-spaces.ts'

/** What a value of `uniqueMember` may have behind its DN (RFC 4517, section 3.3.21). A DN without it means whoever has that DN (section 4.2.31). */
const uniqueIdentifier = /#'[01]*'B$/

/** How each class of list holds its members. */
export const listClasses: Readonly<
  Record<
    ListClass,
    {
      memberAttribute: string
      /** The class must never be empty (RFC 4519, section 3.5): a placeholder stays in. */
      needsPlaceholder: boolean
      /** The class has the attribute `description`; an alias has none (RFC 2307, draft 02). */
      holdsDescription: boolean
      /** The class must have a `gidNumber` (RFC 2307). */
      needsGidNumber: boolean
      /** Two values with the same key are the same member by the attribute's own matching rule. */
      keyOf: (value: string) => string
    }
  >
> = {
  groupOfUniqueNames: {
    memberAttribute: 'uniqueMember',
    needsPlaceholder: true,
    holdsDescription: true,
    needsGidNumber: false,
    keyOf: (value) => dnKey(value.replace(uniqueIdentifier, '')),
  },
  groupOfNames: {
    memberAttribute: 'member',
    needsPlaceholder: true,
    holdsDescription: true,
    needsGidNumber: false,
    keyOf: dnKey,
  },
  posixGroup: {
    memberAttribute: 'memberUid',
    needsPlaceholder: false,
    holdsDescription: true,
    needsGidNumber: true,
    keyOf: foldSpaces,
  },
  nisMailAlias: {
    memberAttribute: 'rfc822MailMember',
    needsPlaceholder: false,
    holdsDescription: false,
    needsGidNumber: false,
    keyOf: (value) => foldSpaces(value).toLowerCase(),
  },
}
