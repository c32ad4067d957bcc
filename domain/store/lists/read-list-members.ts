import type { ListMember } from '../../contracts/list.ts'
import { type DatabaseOrTransaction, rows } from '../database.ts'
import { isMirrorRead, mirrorMissing } from '../mirror/mirror-missing.ts'
import { listNotFound } from './lock-list.ts'

/** Where a page of members ended. Two people may have the same user name: the id tells them apart. */
export type MemberPlace = { uid: string; id: string }

/** Before everybody, whatever their user name. */
const beforeAll = '00000000-0000-0000-0000-000000000000'

/**
 * Of so many, a page is found sooner among all people in their order than by sorting those who are on the list. Whom somebody searches for may
 * be the last of all.
 */
const manyFrom = `case :q when '' then 2000 else 20000 end`

type Row = {
  mirrorRead: boolean
  listFound: boolean
  id: string | null
  uid: string
  displayName: string
  since: Date
}

/**
 * A page of who is on a list, as the mirror has it, by user name.
 * @throws {Refusal} NOT_FOUND (LIST_NOT_FOUND), and UNAVAILABLE before the directory was read for the first time.
 */
export async function readListMembers(
  db: DatabaseOrTransaction,
  listName: string,
  page: { limit: number; after: MemberPlace | null; q: string },
): Promise<{ items: ListMember[]; next: MemberPlace | null }> {
  const { limit, after, q } = page
  const found = await rows<Row>(db, membersOfList, {
    listName,
    q,
    limit,
    afterUid: after?.uid ?? '',
    afterId: after?.id ?? beforeAll,
  })
  if (found[0]?.mirrorRead !== true) throw mirrorMissing()
  if (!found[0].listFound) throw listNotFound(listName)
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

const isOnPage = `(lower(m.uid), m.id) > (lower(:afterUid), :afterId::uuid)
  and (:q = '' or position(lower(:q) in lower(m.uid || ' ' || m.display_name)) > 0)`
const firstOnes = 'order by lower(m.uid), m.id limit :limit + 1'

// `offset 0` has each person looked up on the list, until the page is full.
const membersOfList = `
  with wanted as materialized (
    select l.id, (
      select count(*) from (select from membership s where s.list_id = l.id limit ${manyFrom}) as counted) = ${manyFrom} as has_many
    from list l where lower(l.name) = lower(:listName) and l.state <> 'gone' and l.managed)
  select mirror.read as mirror_read, wanted.id is not null as list_found, m.id, m.uid, m.display_name, m.since
  from (select ${isMirrorRead} as read) as mirror
  left join wanted on true
  left join lateral (
    (select m.id, m.uid, m.display_name, s.since
     from membership s join member m on m.id = s.member_id
     where not wanted.has_many and s.list_id = wanted.id and ${isOnPage} ${firstOnes})
    union all
    (select m.id, m.uid, m.display_name, s.since
     from member m cross join lateral (
       select s.since from membership s where s.member_id = m.id and s.list_id = wanted.id offset 0) as s
     where wanted.has_many and ${isOnPage} ${firstOnes})) as m on true
  order by lower(m.uid), m.id`
