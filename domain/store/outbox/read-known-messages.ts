import { type Database, rows } from '../database.ts'

/** Messages at a destination of which it is known which notices they show, about since this moment. */
export async function readKnownMessages(
  db: Database,
  { kind, id }: { kind: 'member' | 'channel'; id: string },
  since: Date,
): Promise<string[]> {
  const found = await rows<{ messageId: string }>(
    db,
    `select message_id from notice
     where state = 'queued' and message_id is not null and destination_kind = :kind and destination_id = :id
     union
     select message_id from notice
     -- Without an end Postgres expects a third of all that there are, and reads the whole table.
     where ended_at > :since::timestamptz - interval '5 minutes' and ended_at < 'infinity' and message_id is not null
       and destination_kind = :kind and destination_id = :id`,
    { kind, id, since },
  )
  return found.map(({ messageId }) => messageId)
}
