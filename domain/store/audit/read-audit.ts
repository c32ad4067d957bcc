import type { AuditRecord } from '../../contracts/audit.ts'
import { type Database, rows } from '../database.ts'

/** Which entries; null where it does not matter. `from` is included, `to` is not. */
export type AuditFilter = {
  event: string | null
  actorId: string | null
  subject: { kind: string; id: string } | null
  from: string | null
  to: string | null
}

type Row = Omit<AuditRecord, 'position' | 'at'> & { position: string | null; at: Date }

/**
 * A page of the audit, the newest first. `after` is the id that the page before ended with: entries are never changed or
 * deleted, so pages have no gap and no repetition.
 */
export async function readAudit(
  db: Database,
  { limit, after, subject, ...filter }: AuditFilter & { limit: number; after: string | null },
): Promise<{ items: AuditRecord[]; next: string | null }> {
  const found = await rows<Row>(
    db,
    pageWhere({
      subject: subject !== null,
      event: filter.event !== null,
      actor: filter.actorId !== null,
    }),
    {
      ...filter,
      subjectKind: subject?.kind ?? null,
      subjectId: subject?.id ?? null,
      after,
      limit,
    },
  )
  const page = found.slice(0, limit)
  return {
    items: page.map(({ position, at, ...entry }) => ({
      ...entry,
      position: position === null ? null : Number(position),
      at: at.toISOString(),
    })),
    next: found.length > limit ? (page.at(-1)?.id ?? null) : null,
  }
}

/** A statement for each way to narrow it: a plan that has to fit all of them would use no index. */
const pageWhere = (given: { subject: boolean; event: boolean; actor: boolean }) => `
  select e.id, s.position, e.at, e.actor_kind, e.actor_id, e.event, e.subject_kind, e.subject_id, e.via, e.outcome, e.details,
    e.request_id
  from (
    select * from audit_entry
    where ${given.subject ? 'subject_kind = :subjectKind and subject_id = :subjectId' : 'true'}
      ${given.event ? 'and event = :event' : ''}
      ${given.actor ? 'and actor_id = :actorId' : ''}
      and at >= coalesce(:from::timestamptz, '-infinity') and at < coalesce(:to::timestamptz, 'infinity')
      and (at, id) < (
        coalesce((select a.at from audit_entry a where a.id = :after::uuid), 'infinity'),
        coalesce(:after::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
    order by at desc, id desc
    limit :limit + 1) as e
  left join audit_seal s on s.entry_id = e.id
  order by e.at desc, e.id desc`
