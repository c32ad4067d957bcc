import { type Database, rows } from './database.ts'

/** Those of these members one of whose addresses belongs to somebody else in the directory too. */
export async function findSharedAddresses(db: Database, memberIds: readonly string[]): Promise<Set<string>> {
  const found = await rows<{ id: string }>(
    db,
    `select m.id from member m
     where m.id = any(:memberIds::uuid[])
       and exists (select 1 from member o where o.id <> m.id and o.state = 'present' and o.mail_keys && m.mail_keys)`,
    { memberIds },
  )
  return new Set(found.map((row) => row.id))
}
