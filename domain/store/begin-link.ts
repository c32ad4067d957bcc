import type { LinkRequest } from '../contracts/link.ts'
import { Refusal } from '../contracts/refusal.ts'
import { rows, type Transaction } from './database.ts'
import { hashOf, newLinkToken } from './link-secrets.ts'
import { newId } from './new-id.ts'
import { writeAudit } from './write-audit.ts'

export type BegunLink = { id: string; token: string; expiresAt: Date }

type Beginning = { discordUserId: string; request: LinkRequest; requestId: string | null }

/**
 * Begins to link a Discord account; an attempt that it began before is over with this. The token is given back only
 * here, its hash is kept.
 * @throws {Refusal} CONFLICT (ALREADY_LINKED).
 */
export async function beginLink(tx: Transaction, beginning: Beginning): Promise<BegunLink> {
  const { discordUserId, request } = beginning
  await lockAccount(tx, discordUserId)
  await refuseLinkedAccount(tx, discordUserId)
  const id = newId()
  const token = newLinkToken()
  await rows(
    tx,
    `update link_attempt set state = 'spent'
     where discord_user_id = :discordUserId and state in ('open', 'proven')`,
    { discordUserId },
  )
  const [attempt] = await rows<{ expiresAt: Date }>(
    tx,
    `insert into link_attempt (id, token_hash, discord_user_id, discord_name, avatar_url, locale, expires_at)
     values (:id, :tokenHash, :discordUserId, :discordName, :avatarUrl, :locale, now() + interval '10 minutes')
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

/** One word about a Discord account at a time. */
export async function lockAccount(tx: Transaction, discordUserId: string): Promise<void> {
  await rows(tx, `select pg_advisory_xact_lock(hashtextextended('discord:' || :discordUserId, 0))`, {
    discordUserId,
  })
}

/** @throws {Refusal} CONFLICT (ALREADY_LINKED) when this account has a link. */
export async function refuseLinkedAccount(tx: Transaction, discordUserId: string): Promise<void> {
  const [linked] = await rows(
    tx,
    'select id from discord_link where discord_user_id = :discordUserId and unlinked_at is null',
    { discordUserId },
  )
  if (linked)
    throw new Refusal(
      'CONFLICT',
      'This Discord account is linked already. To link it to another person, type /unlink first.',
      { reason: 'ALREADY_LINKED' },
    )
}
