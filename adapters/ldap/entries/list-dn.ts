import { DN } from 'ldapts'
import type { DirectoryConfig } from '../connection/connect-options.ts'

const listRdn = (name: string): string => new DN().addPairRDN('cn', name).toString()

/** Where a list of this name is made. */
export const newListDn = ({ listsBase }: DirectoryConfig, name: string): string =>
  `${listRdn(name)},${listsBase}`

/** Where the list at `dn` is once it has this name. An entry that is named by something else (its mail address, a uid) stays there. */
export function renamedListDn(dn: string, name: string): string {
  const first = firstRdn(dn)
  return `${renamedRdn(first, name)}${dn.slice(first.length)}`
}

/** The first part of a DN with this name in it; what else the entry is named by stays. */
const renamedRdn = (rdn: string, name: string): string =>
  partsOf(rdn)
    .map((part) => (/^\s*cn\s*=/i.test(part) ? listRdn(name) : part))
    .join('+')

const partsOf = (rdn: string): string[] => rdn.match(/(?:\\.|"(?:\\.|[^"\\])*"|[^\\"+])+/g) ?? [rdn]

/** Up to the first comma that is part of no value (RFC 4514, section 2.4; quotes as in RFC 2253). */
export const firstRdn = (dn: string): string => /^(?:\\.|"(?:\\.|[^"\\])*"|[^\\",])*/.exec(dn)?.[0] ?? dn
