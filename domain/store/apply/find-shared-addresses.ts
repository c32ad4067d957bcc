import { type Database, rows } from '../database.ts'

/**
 * Those of these members one of whose addresses belongs to somebody else in the directory too. `mails`: what they have now, which the mirror
 * may not know yet.
 */
export async function findSharedAddresses(
  db: Database,
  people: readonly { memberId: string; mails: readonly string[] }[],
): Promise<Set<string>> {
  const addresses = people.flatMap(({ memberId, mails }) =>
    mails.map((mail) => ({ memberId, key: mail.toLowerCase() })),
  )
  const found = await rows<{ id: string }>(
    db,
    `select distinct a.id from unnest(:ids::uuid[], :keys::text[]) as a (id, key)
     where exists (select 1 from member o where o.id <> a.id and o.state = 'present' and o.mail_keys @> array[a.key])`,
    { ids: addresses.map(({ memberId }) => memberId), keys: addresses.map(({ key }) => key) },
  )
  return new Set(found.map((row) => row.id))
}
