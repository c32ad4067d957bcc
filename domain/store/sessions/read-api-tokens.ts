import type { ApiToken } from '../../contracts/identity.ts'
import type { Scope } from '../../rules/permissions.ts'
import { type DatabaseOrTransaction, rows } from '../database.ts'

type Row = {
  id: string
  name: string
  scopes: Scope[]
  createdAt: Date
  lastUsedAt: Date | null
  expiresAt: Date
}

/** The member's API tokens that are neither expired nor revoked, newest first. */
export async function readApiTokens(db: DatabaseOrTransaction, memberId: string): Promise<ApiToken[]> {
  return (await readApiTokenPage(db, memberId, { limit: null, after: null })).items
}

/** A page of them, or without a limit all. `after` is the id that the page before ended with. */
export async function readApiTokenPage(
  db: DatabaseOrTransaction,
  memberId: string,
  { limit, after }: { limit: number | null; after: string | null },
): Promise<{ items: ApiToken[]; next: string | null }> {
  const found = await rows<Row>(
    db,
    `select id, name, scopes, created_at, last_used_at, expires_at from api_token
     where member_id = :memberId and expires_at > now() and revoked_at is null
       and (:after::uuid is null or id < :after::uuid)
     order by id desc limit :limit::integer + 1`,
    { memberId, limit, after },
  )
  const items = found
    .slice(0, limit ?? found.length)
    .map(({ createdAt, lastUsedAt, expiresAt, ...token }) => ({
      ...token,
      createdAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
      expiresAt: expiresAt.toISOString(),
    }))
  return { items, next: found.length > items.length ? (items.at(-1)?.id ?? null) : null }
}
