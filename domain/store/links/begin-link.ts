import type { LinkRequest } from '../../contracts/link.ts'
import { rows, type Transaction } from '../database.ts'
import { hashOf } from '../../rules/secret-hash.ts'
import { newLinkToken } from './link-secrets.ts'
import { newId } from '../new-id.ts'
import { prepareAccount } from './prepare-account.ts'
import { writeAudit } from '../audit/write-audit.ts'

export type BegunLink = { id: string; token: string; expiresAt: Date }

type Beginning = { discordUserId: string; request: LinkRequest; requestId: string | null }

/**
 * Begins to link a Discord account; an attempt that it began before is over with this. The token is given back only
 * here, its hash is kept.
 * @throws {Refusal} CONFLICT (ALREADY_LINKED), TOO_MANY_REQUESTS (LINK_PAUSED).
 */
export async function beginLink(tx: Transaction, beginning: Beginning): Promise<BegunLink> {
  const { discordUserId, request } = beginning
  await prepareAccount(tx, discordUserId)
  const id = newId()
  const token = newLinkToken()
  const [attempt] = await rows<{ expiresAt: Date }>(
    tx,
    `insert into link_attempt (id, token_hash, discord_user_id, discord_name, avatar_url, locale, created_at, expires_at)
     values (:id, :tokenHash, :discordUserId, :discordName, :avatarUrl, :locale, clock_timestamp(), now() + interval '10 minutes')
     returning expires_at`,
    {
      id,
      tokenHash: hashOf(token),
      discordUserId,
      discordName: request.discordName,
      avatarUrl: request.avatarUrl ?? null,
      locale: request.locale,
    },
  )
  if (!attempt) throw new Error('inserting a link attempt gave no row')
  await writeAudit(tx, [
    {
      actorKind: 'discord',
      actorId: discordUserId,
      event: 'link.begun',
      subjectKind: 'link_attempt',
      subjectId: id,
      via: 'discord',
      outcome: 'open',
      requestId: beginning.requestId,
    },
  ])
  return { id, token, expiresAt: attempt.expiresAt }
}
