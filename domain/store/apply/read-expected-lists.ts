import { type DatabaseOrTransaction, rows } from '../database.ts'

/** The entryUUIDs of the lists that the directory should have. Which of those that are to be deleted are gone by now nobody knows. */
export async function readExpectedLists(db: DatabaseOrTransaction): Promise<Set<string>> {
  const found = await rows<{ entryUuid: string }>(
    db,
    `select entry_uuid from list where state = 'active' and managed and entry_uuid is not null`,
  )
  return new Set(found.map(({ entryUuid }) => entryUuid))
}
