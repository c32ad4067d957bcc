import type { ApiToken } from '../contracts/identity.ts'
import type { Scope } from '../rules/permissions.ts'
import { type DatabaseOrTransaction, rows } from './database.ts'

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
  const found = await rows<Row>(
    db,
    `select id, name, scopes, created_at, last_used_at, expires_at from api_token
     where member_id = :memberId and expires_at > now() and revoked_at is null
     order by created_at desc, id desc`,
    { memberId },
  )
  return found.map(({ createdAt, lastUsedAt, expiresAt, ...token }) => ({
    ...token,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    expiresAt: expiresAt.toISOString(),
  }))
}
