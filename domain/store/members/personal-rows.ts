import { type DatabaseOrTransaction, rows } from '../database.ts'

/** Who somebody is in the rows about them: their id, and the Discord accounts that nobody else was linked to since. */
export type Whom = { memberId: string; accounts: string[] }

/**
 * Which rows are about somebody (`:memberId`, `:accounts`), table by table: their export shows them all, and forgetting them
 * looks after each. A table that names people has its line here.
 */
export const whose = {
  member: 'id = :memberId',
  membership: 'member_id = :memberId',
  admin_override: 'member_id = :memberId',
  list_owner: 'member_id = :memberId',
  session: 'member_id = :memberId',
  api_token: 'member_id = :memberId',
  discord_link: 'member_id = :memberId',
  // Whomever it named: which of an account's attempts are shown tells nothing about who else is in the directory.
  link_attempt: `(member_id = :memberId or discord_user_id = any(:accounts)
    or link_id in (select id from discord_link where member_id = :memberId))`,
  change: '(member_id = :memberId or requested_by = :memberId)',
  drift_member: 'member_id = :memberId',
  incident: 'acknowledged_by = :memberId',
  topic: 'member_id = :memberId',
  notice_rule: 'created_by = :memberId',
  mail: 'member_id = :memberId',
  notice: `((destination_kind = 'member' and destination_id = any(:accounts)) or body -> 'mail' ->> 'memberId' = :memberId)`,
  idempotency_record: `(split_part(scope, ' ', 1) = :memberId
    or split_part(scope, ' ', 1) in (select 'discord:' || account from unnest(:accounts::text[]) as a (account)))`,
  audit_entry: `(actor_id = :memberId or actor_id = any(:accounts) or subject_id = :memberId or subject_id = any(:accounts)
    or details ->> 'member' = :memberId or details ->> 'discordUser' = any(:accounts))`,
} as const

/** An account that somebody else was linked to since counts as that person's. */
export async function identify(db: DatabaseOrTransaction, memberId: string): Promise<Whom> {
  const found = await rows<{ account: string }>(
    db,
    `select distinct k.discord_user_id as account from discord_link k
     where k.member_id = :memberId and not exists (
       select 1 from discord_link n
       where n.discord_user_id = k.discord_user_id and n.member_id <> k.member_id and n.linked_at > k.linked_at)`,
    { memberId },
  )
  return { memberId, accounts: found.map(({ account }) => account) }
}
