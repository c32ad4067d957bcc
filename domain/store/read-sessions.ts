import type { Session } from '../contracts/identity.ts'
import { type Database, rows } from './database.ts'

type Row = { id: string; address: string; agent: string; createdAt: Date; seenAt: Date; expiresAt: Date }

/** Where the member is signed in, newest first; `currentId` is the session that asks. */
export async function readSessions(
  db: Database,
  { memberId, currentId }: { memberId: string; currentId: string | null },
): Promise<Session[]> {
  const found = await rows<Row>(
    db,
    `select id, address, agent, created_at, seen_at, expires_at from session
     where member_id = :memberId and expires_at > now() order by created_at desc, id desc`,
    { memberId },
  )
  return found.map(({ id, address, agent, createdAt, seenAt, expiresAt }) => ({
    id,
    address,
    agent,
    createdAt: createdAt.toISOString(),
    seenAt: seenAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    current: id === currentId,
  }))
}
