import { type Database, rows } from '../database.ts'

/** Whether no list of ours has this entry. */
export async function isFreeEntry(db: Database, entryUuid: string, listId: string): Promise<boolean> {
  const others = await rows(db, 'select 1 from list where entry_uuid = :entryUuid and id <> :listId', {
    entryUuid,
    listId,
  })
  return others.length === 0
}
