/** What the directory says of a person. `version` grows with every change of the entry (entryCSN). */
export type PersonEntry = {
  entryUuid: string
  version: string
  dn: string
  /** The DN in the one spelling that member values are compared by. */
  dnKey: string
  uid: string
  displayName: string
  /** In the directory's order; the first is the one that is written. */
  mails: string[]
  gidNumber: number | null
}

/** What the directory says of a list, without its members. */
export type ListEntry = {
  entryUuid: string
  version: string
  dn: string
  /** The DN key of the account that made it, where the server shows that. */
  creatorKey?: string
  name: string
  displayName: string
  description: string
  /** DN keys of the owners, where the class has such an attribute. */
  ownerKeys: string[]
}

/** Whom the admin group names, each in the way of its own attribute; `found` is false when there is no such group. */
export type AdminGroup = { found: boolean; dnKeys: string[]; uids: string[]; mailKeys: string[] }

/** Members of a list as the directory holds them: key (comparable, by the attribute's own matching rule) to value. */
export type MemberValues = Map<string, string>

/** A list with who is on it, of one read. */
export type ListRead = { list: ListEntry; members: MemberValues }

export type ListClass = 'groupOfUniqueNames' | 'groupOfNames' | 'posixGroup' | 'nisMailAlias'
