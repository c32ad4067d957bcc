import type { ListMember } from '../../contracts/list.ts'
import { type Database, rows } from '../database.ts'
import { listNotFound } from './lock-list.ts'

/** Where a page of members ended. Two people may have the same user name: the id tells them apart. */
export type MemberPlace = { uid: string; id: string }

type Row = { listFound: boolean; id: string | null; uid: string; displayName: string; since: Date }

/**
 * A page of who is on a list, as the mirror has it, by user name.
 * @throws {Refusal} NOT_FOUND (LIST_NOT_FOUND).
 */
export async function readListMembers(
  db: Database,
  listName: string,
  page: { limit: number; after: MemberPlace | null; q: string },
): Promise<{ items: ListMember[]; next: MemberPlace | null }> {
  const { limit, after, q } = page
  const found = await rows<Row>(
    db,
    `with wanted as (select id from list where lower(name) = lower(:listName) and state <> 'gone' and managed)
     select m.id, m.uid, m.display_name, m.since
     from wanted left join lateral (
       select m.id, m.uid, m.display_name, s.since
       from membership s join member m on m.id = s.member_id
       where s.list_id = wanted.id
         and (:afterId::uuid is null or (lower(m.uid), m.id) > (lower(:afterUid), :afterId::uuid))
         and (:q = '' or position(lower(:q) in lower(m.uid || ' ' || m.display_name)) > 0)
       order by lower(m.uid), m.id
       limit :limit + 1) as m on true
     order by lower(m.uid), m.id`,
    { listName, q, limit, afterUid: after?.uid ?? '', afterId: after?.id ?? null },
  )
  if (found.length === 0) throw listNotFound(listName)
  const members = found.flatMap(({ id, ...member }) => (id === null ? [] : { id, ...member }))
  const items = members.slice(0, limit)
  const last = items.at(-1)
  return {
    items: items.map(({ uid, displayName, since }) => ({
      username: uid,
      displayName,
      since: since.toISOString(),
    })),
    next: members.length > limit && last ? { uid: last.uid, id: last.id } : null,
  }
}
