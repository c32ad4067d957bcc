import { type Database, rows } from '../database.ts'

/**
 * The message that tells of the incident which was said straight away at `saidAt`, null as long as none does. `withinMs`: what began so much
 * later is still the same one.
 */
export async function readShownAs(
  db: Database,
  { key, saidAt, withinMs }: { key: string; saidAt: Date; withinMs: number },
): Promise<string | null> {
  const [shown] = await rows<{ messageId: string | null }>(
    db,
    `select n.message_id from incident i join notice n on n.incident_id = i.id
     where i.key = :key and i.began_at <= :saidAt::timestamptz + make_interval(secs => :withinS)
       and (i.resolved_at is null or i.resolved_at >= :saidAt)
     order by i.began_at desc limit 1`,
    { key, saidAt, withinS: withinMs / 1000 },
  )
  return shown?.messageId ?? null
}
