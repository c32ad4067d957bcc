import type { ShownTopic } from '../../contracts/topic.ts'
import { lateS } from '../../rules/late.ts'
import { type Database, rows } from '../database.ts'

/** A topic as a notice of it shows it and which revision of the notice that is. */
export type TopicOfNotice = {
  noticeId: string
  revision: number
  topic: ShownTopic
  isLate: boolean
}

type Row = { noticeId: string; revision: number; isLate: boolean } & ShownTopic

/** What the messages of notices say by now, in the order of the ids; one whose topic was pruned is missing. */
export async function readTopicsOfNotices(db: Database, ids: readonly string[]): Promise<TopicOfNotice[]> {
  const found = await rows<Row>(
    db,
    `select n.id as notice_id, n.revision, t.facts, t.state, t.severity, t.count, t.began_at, t.happened_at,
       t.happened_at < now() - interval '${lateS} seconds' as is_late
     from notice n join topic t on t.id = n.topic_id where n.id = any(:ids::uuid[])`,
    { ids: [...ids] },
  )
  const told = new Map(
    found.map(({ noticeId, revision, isLate, ...topic }) => [
      noticeId,
      { noticeId, revision, isLate, topic },
    ]),
  )
  return ids.flatMap((id) => told.get(id) ?? [])
}
