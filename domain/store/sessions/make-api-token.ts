import type { Static } from 'typebox'
import type { ApiTokenRequest, NewApiToken } from '../../contracts/identity.ts'
import { Refusal } from '../../contracts/refusal.ts'
import { newApiToken } from '../../rules/api-token.ts'
import { rows, type Transaction } from '../database.ts'
import { hashOf } from '../../rules/secret-hash.ts'
import { newId } from '../new-id.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

type Making = {
  memberId: string
  /** The session that makes it; when that ended meanwhile, no token comes of it. */
  sessionId: string
  /** Whether they act as an admin by the credential that they came with. */
  isAdmin: boolean
  request: ApiTokenRequest
  via: 'web'
} & Origin

/** How many tokens one member may have that are neither expired nor revoked. */
const mostTokens = 20
const defaultDays = 90

/**
 * Makes a personal API token. The token itself is given back only here, its hash is kept.
 * @throws {Refusal} NOT_AUTHENTICATED, PERMISSION_DENIED (SCOPE_ADMINS_ONLY, SCOPE_NOT_GRANTED, MEMBER_GONE), CONFLICT (TOO_MANY_TOKENS).
 */
export async function makeApiToken(tx: Transaction, making: Making): Promise<Static<typeof NewApiToken>> {
  const { memberId, request } = making
  await refuseScopes(tx, making)
  await requireSession(tx, making)
  await refuseTooMany(tx, memberId)
  const id = newId()
  const token = newApiToken()
  const days = request.expiresInDays ?? defaultDays
  const [made] = await rows<{ createdAt: Date; expiresAt: Date }>(
    tx,
    `insert into api_token (id, token_hash, member_id, name, scopes, expires_at)
     values (:id, :tokenHash, :memberId, :name, :scopes, now() + make_interval(days => :days))
     returning created_at, expires_at`,
    { id, tokenHash: hashOf(token), memberId, name: request.name, scopes: request.scopes, days },
  )
  if (!made) throw new Error('inserting an API token gave no row')
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: memberId,
      event: 'api_token.made',
      subjectKind: 'api_token',
      subjectId: id,
      via: making.via,
      outcome: 'made',
      details: { scopes: request.scopes.join(' '), days },
      ...originIn(making),
    },
  ])
  return {
    id,
    token,
    name: request.name,
    scopes: request.scopes,
    createdAt: made.createdAt.toISOString(),
    lastUsedAt: null,
    expiresAt: made.expiresAt.toISOString(),
  }
}

/** The row stays locked, so that two tokens made at once count one after the other. */
async function refuseScopes(tx: Transaction, { memberId, isAdmin, request }: Making): Promise<void> {
  const [member] = await rows<{ noticesAllowed: boolean }>(
    tx,
    `select notices_allowed from member where id = :memberId and state = 'present' for no key update`,
    { memberId },
  )
  if (!member)
    throw new Refusal('PERMISSION_DENIED', 'You are not in the directory any more.', {
      reason: 'MEMBER_GONE',
    })
  if (isAdmin) return
  if (request.scopes.includes('admin'))
    throw new Refusal('PERMISSION_DENIED', 'Only admins may make a token with the scope “admin”.', {
      reason: 'SCOPE_ADMINS_ONLY',
      details: { scope: 'admin' },
    })
  if (request.scopes.includes('notices') && !member.noticesAllowed)
    throw new Refusal(
      'PERMISSION_DENIED',
      'The scope “notices” needs an admin’s grant. Ask an admin for it, who says /notices allow in Discord.',
      {
        reason: 'SCOPE_NOT_GRANTED',
        details: { scope: 'notices' },
      },
    )
}

/** After the member's row, which may have been waited for. Until the token is there, the session can't end. */
async function requireSession(tx: Transaction, { sessionId, memberId }: Making): Promise<void> {
  const found = await rows(
    tx,
    `select 1 from session where id = :sessionId and member_id = :memberId and expires_at > now() for key share`,
    { sessionId, memberId },
  )
  if (found.length === 0) throw new Refusal('NOT_AUTHENTICATED', 'This session has ended. Sign in again.')
}

async function refuseTooMany(tx: Transaction, memberId: string): Promise<void> {
  const [living] = await rows<{ count: number }>(
    tx,
    `select count(*)::integer as count from api_token
     where member_id = :memberId and expires_at > now() and revoked_at is null`,
    { memberId },
  )
  if ((living?.count ?? 0) < mostTokens) return
  throw new Refusal('CONFLICT', `You have ${mostTokens} tokens already. Revoke one that you don’t need.`, {
    reason: 'TOO_MANY_TOKENS',
    details: { limit: mostTokens },
  })
}
