import type { NoticeRule, RulePlace } from '../../contracts/notice-rule.ts'
import { type DatabaseOrTransaction, rows } from '../database.ts'

type Row = Omit<NoticeRule, 'place' | 'createdAt'> & {
  placeKind: RulePlace['kind']
  placeId: string | null
  createdAt: Date
  position: string
}

/** Every rule, in the order in which they were made. */
export async function readNoticeRules(db: DatabaseOrTransaction): Promise<NoticeRule[]> {
  return (await readNoticeRulePage(db, { limit: null, after: null })).items
}

/** A page of them, or without a limit all. `after` is the position (an integer) that the page before ended with. */
export async function readNoticeRulePage(
  db: DatabaseOrTransaction,
  { limit, after }: { limit: number | null; after: string | null },
): Promise<{ items: NoticeRule[]; next: string | null }> {
  const found = await rows<Row>(
    db,
    `select r.id, r.source, r.event, r.repository, r.branch, r.severity, r.place_kind, r.place_id, r.mention, r.created_at, r.position, m.uid as created_by
     from notice_rule r left join member m on m.id = r.created_by
     where :after::bigint is null or r.position > :after::bigint
     order by r.position limit :limit::integer + 1`,
    { limit, after },
  )
  const page = found.slice(0, limit ?? found.length)
  const items = page.map(({ placeKind, placeId, createdAt, position: _position, ...rule }): NoticeRule => ({
    ...rule,
    place: placeKind === 'nowhere' ? { kind: placeKind } : { kind: placeKind, id: placeId ?? '' },
    createdAt: createdAt.toISOString(),
  }))
  return { items, next: found.length > page.length ? (page.at(-1)?.position ?? null) : null }
}
