import type { NoticeRule, RulePlace } from '../contracts/notice-rule.ts'
import { type DatabaseOrTransaction, rows } from './database.ts'

type Row = Omit<NoticeRule, 'place' | 'createdAt'> & {
  placeKind: RulePlace['kind']
  placeId: string | null
  createdAt: Date
}

/** Every rule, in the order in which they were made. */
export async function readNoticeRules(db: DatabaseOrTransaction): Promise<NoticeRule[]> {
  const found = await rows<Row>(
    db,
    `select r.id, r.source, r.event, r.repository, r.branch, r.severity, r.place_kind, r.place_id, r.mention, r.created_at, m.uid as created_by
     from notice_rule r left join member m on m.id = r.created_by order by r.position`,
  )
  return found.map(({ placeKind, placeId, createdAt, ...rule }) => ({
    ...rule,
    place: placeKind === 'nowhere' ? { kind: placeKind } : { kind: placeKind, id: placeId ?? '' },
    createdAt: createdAt.toISOString(),
  }))
}
