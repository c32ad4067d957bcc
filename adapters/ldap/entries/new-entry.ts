import type { ListClass } from '../../../domain/contracts/directory.ts'
import { listClasses } from './list-class.ts'

export type NewList = { name: string; description: string; members: string[] }

/** What the entry of a new list has, but for the number that some classes need. */
export function newEntry(
  listClass: ListClass,
  { name, description, members }: NewList,
): Record<string, string[]> {
  const { memberAttribute, holdsDescription } = listClasses[listClass]
  return {
    objectClass: ['top', listClass],
    cn: [name],
    ...(holdsDescription && description !== '' ? { description: [description] } : {}),
    ...(members.length > 0 ? { [memberAttribute]: members } : {}),
  }
}
