import { type Database, rows } from '../database.ts'

/** What tells of a paused target, or of a list of it that is refused alone. */
export const pausedIncident = (target: string, listId?: string): string =>
  listId === undefined ? `target-paused ${target}` : `target-paused ${target} ${listId}`

/** The keys of incidents that last although what they tell of is over. */
export async function readOutlivedPauses(db: Database): Promise<string[]> {
  const found = await rows<{ key: string }>(
    db,
    `select i.key from incident i where i.kind = 'target-paused' and i.state <> 'resolved'
       and not exists (select 1 from target t where i.key = 'target-paused ' || t.name and t.paused_at is not null)
       and not exists (
         select 1 from list l where l.refused_code is not null and i.key = 'target-paused ' || l.source || ' ' || l.id)`,
  )
  return found.map(({ key }) => key)
}

/** Which of these have an incident that lasts. */
export async function readTold(db: Database, keys: readonly string[]): Promise<Set<string>> {
  const told = await rows<{ key: string }>(
    db,
    `select key from incident where key = any(:keys) and state <> 'resolved'`,
    { keys },
  )
  return new Set(told.map(({ key }) => key))
}
