import type { ChangeAction } from '../../contracts/change.ts'
import { type DatabaseOrTransaction, rows } from '../database.ts'

export type FailedChange = { id: string; uid: string; action: ChangeAction }

/**
 * The changes that the incident about `subjectId` is about: of the same list, refused with the same code and not told of before the last such
 * incident was resolved, and the last word of their members about that list. Whoever has said something since, or is gone, is left out.
 */
export async function failedChangesOf(
  db: DatabaseOrTransaction,
  { key, subjectId }: { key: string; subjectId: string },
): Promise<FailedChange[]> {
  return rows<FailedChange>(
    db,
    `select c.id, m.uid, c.action
     from change s join change c on c.list_id = s.list_id and c.refusal = s.refusal join member m on m.id = c.member_id
     where s.id = :subjectId and c.state = 'failed' and m.state <> 'gone'
       -- Not by when they ended alone: while a worker recorded that, others of them may have been tried again.
       and coalesce(c.refusal_told_at, case when c.ended_at > now() - interval '1 day' then 'infinity' else c.ended_at end) > coalesce(
         (select max(resolved_at) from incident where key = :key and resolved_at is not null), '-infinity')
       and not exists (
         select 1 from change n where n.list_id = c.list_id and n.member_id = c.member_id and n.created_at > c.created_at)
     order by m.id`,
    { key, subjectId },
  )
}
