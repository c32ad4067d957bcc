import type { Session } from '../../contracts/identity.ts'
import { type Database, rows } from '../database.ts'

type Row = { id: string; address: string; agent: string; createdAt: Date; seenAt: Date; expiresAt: Date }

/** `currentId` is the session that asks. */
type Whose = { memberId: string; currentId: string | null }

/** Where the member is signed in, newest first. */
export async function readSessions(db: Database, whose: Whose): Promise<Session[]> {
  return (await readSessionPage(db, whose, { limit: null, after: null })).items
}

/** A page of that, or without a limit all. `after` is the id that the page before ended with. */
export async function readSessionPage(
  db: Database,
  { memberId, currentId }: Whose,
  { limit, after }: { limit: number | null; after: string | null },
): Promise<{ items: Session[]; next: string | null }> {
  const found = await rows<Row>(
    db,
    `select id, address, agent, created_at, seen_at, expires_at from session
     where member_id = :memberId and expires_at > now() and (:after::uuid is null or id < :after::uuid)
     order by id desc limit :limit::integer + 1`,
    { memberId, limit, after },
  )
  const items = found
    .slice(0, limit ?? found.length)
    .map(({ id, address, agent, createdAt, seenAt, expiresAt }) => ({
      id,
      address,
      agent,
      createdAt: createdAt.toISOString(),
      seenAt: seenAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      current: id === currentId,
    }))
  return { items, next: found.length > items.length ? (items.at(-1)?.id ?? null) : null }
}
