import type { ListClass } from '../../contracts/directory.ts'
import { type Database, rows } from '../database.ts'

/** What lists of a class hold of a person, and who else has it. An entry's DN is nobody else's. */
const names: Readonly<
  Partial<Record<ListClass, { of: (person: Named) => readonly string[]; isSame: string }>>
> = {
  posixGroup: { of: ({ uid }) => [uid], isSame: 'lower(o.uid) = lower(a.key) and o.uid = a.key' },
  nisMailAlias: {
    of: ({ mails }) => mails.map((mail) => mail.toLowerCase()),
    isSame: 'o.mail_keys @> array[a.key]',
  },
}

type Named = { uid: string; mails: readonly string[] }

/**
 * Those of these members whom a list can't tell from somebody else in the directory: their user name, or one of their addresses, is that
 * person's too. `person`: as the directory shows them now, which the mirror may not know yet.
 */
export async function findIndistinct(
  db: Database,
  listClass: ListClass,
  people: readonly { memberId: string; person: Named }[],
): Promise<Set<string>> {
  const name = names[listClass]
  if (name === undefined || people.length === 0) return new Set()
  const keys = people.flatMap(({ memberId, person }) => name.of(person).map((key) => ({ memberId, key })))
  const found = await rows<{ id: string }>(
    db,
    `select distinct a.id from unnest(:ids::uuid[], :keys::text[]) as a (id, key)
     where exists (select 1 from member o where o.id <> a.id and o.state = 'present' and ${name.isSame})`,
    { ids: keys.map(({ memberId }) => memberId), keys: keys.map(({ key }) => key) },
  )
  return new Set(found.map((row) => row.id))
}
