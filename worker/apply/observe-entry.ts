import { addLdif, deleteLdif, renameLdif, replaceLdif } from '../../adapters/ldap/entries/ldif.ts'
import { firstRdn, renamedListDn } from '../../adapters/ldap/entries/list-dn.ts'
import { newEntry } from '../../adapters/ldap/entries/new-entry.ts'
import type { DueEntry, LeasedList } from '../../domain/store/apply/lease-list.ts'
import type { WorkerContext } from '../context.ts'

/** What would be written about a list's entry, as LDIF: with WRITES=off it is shown in its place. From what is known, without a read. */
export function entryLdif(
  { directory, placeholderDn }: Pick<WorkerContext, 'directory' | 'placeholderDn'>,
  list: Pick<LeasedList, 'name' | 'dn'>,
  entry: DueEntry,
): string {
  const dn = list.dn ?? directory.newListDn(list.name)
  switch (entry.state) {
    case 'creating': {
      const { listClass, needsPlaceholder, numbersLists } = directory
      const members = needsPlaceholder ? [placeholderDn] : []
      const attributes = newEntry(listClass, { name: list.name, description: entry.description, members })
      return addLdif(dn, attributes, numbersLists ? 'gidNumber: the next free one' : undefined)
    }
    case 'active':
      return editLdif(dn, entry, directory.holdsDescription)
    case 'deleting':
      // What nobody has seen is looked for first.
      return list.dn === null ? `# If it is there, and was made here:\n${deleteLdif(dn)}` : deleteLdif(dn)
  }
}

/** As two writes where both the name and the description are other ones. */
function editLdif(
  dn: string,
  { wantedName, wantedDescription }: DueEntry,
  holdsDescription: boolean,
): string {
  const dnThen = wantedName === null ? dn : renamedListDn(dn, wantedName)
  const isNamedByCn = wantedName !== null && renamedListDn(dn, `${wantedName}-`) !== dn
  const parts = [
    wantedName !== null && isNamedByCn && dnThen !== dn ? [renameLdif(dn, firstRdn(dnThen))] : [],
    wantedName !== null && !isNamedByCn ? [replaceLdif(dn, 'cn', [wantedName])] : [],
    wantedDescription !== null && holdsDescription
      ? [replaceLdif(dnThen, 'description', wantedDescription === '' ? [] : [wantedDescription])]
      : [],
  ]
  return parts.flat().join('\n')
}
