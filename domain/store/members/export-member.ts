import type { OwnData } from '../../contracts/own-data.ts'
import { Refusal } from '../../contracts/refusal.ts'
import { strikeSecrets } from '../../rules/strike-secrets.ts'
import { type Database, rows, type Transaction } from '../database.ts'
import { identify, type Whom, whose } from './personal-rows.ts'
import { readChanges } from '../changes/read-change.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

type Exporting = { memberId: string; via: 'web' } & Origin

/**
 * Everything that is held about a member, as it was at one moment, without secrets and their hashes. That it was exported is
 * itself recorded.
 * @throws {Refusal} TOO_MANY_REQUESTS (EXPORT_RUNNING) while another one about them runs.
 * @throws when there is no such member.
 */
export async function exportMember(db: Database, exporting: Exporting): Promise<OwnData> {
  return db.transaction(
    async (tx) => {
      await requireOnlyOne(tx, exporting.memberId)
      const whom = await identify(tx, exporting.memberId)
      const data = await readEverything(tx, whom)
      await writeAudit(tx, [
        {
          actorKind: 'member',
          actorId: exporting.memberId,
          event: 'member.exported',
          subjectKind: 'member',
          subjectId: exporting.memberId,
          via: exporting.via,
          outcome: 'exported',
          ...originIn(exporting),
        },
      ])
      return data
    },
    { isolationLevel: 'repeatable read' },
  )
}

/** An export reads much: one member's may not take the connections of everybody. */
async function requireOnlyOne(tx: Transaction, memberId: string): Promise<void> {
  const [lock] = await rows<{ isOurs: boolean }>(
    tx,
    `select pg_try_advisory_xact_lock(hashtextextended('export ' || :memberId::text, 0)) as is_ours`,
    { memberId },
  )
  if (lock?.isOurs) return
  throw new Refusal(
    'TOO_MANY_REQUESTS',
    'Your data is being put together already. Wait until that is done.',
    {
      reason: 'EXPORT_RUNNING',
      retryAfterS: 10,
    },
  )
}

async function readEverything(tx: Transaction, whom: Whom): Promise<OwnData> {
  const read = reader(tx, whom)
  const [profile] = await read<OwnData['profile']>(
    `select id, entry_uuid as directory_id, dn, uid as username, display_name, mails, gid_number, is_admin,
       admin_in_directory as is_admin_in_directory, notices_allowed as may_make_notice_tokens,
       mentions_allowed as may_send_critical_notices, muted, state, gone_at,
       created_at as first_seen_at, updated_at from member where ${whose.member}`,
  )
  if (!profile) throw new Error('this member does not exist')
  const [adminOverride = null] = await read<NonNullable<OwnData['adminOverride']>>(
    `select is_admin, created_at from admin_override where ${whose.admin_override}`,
  )
  const things = {
    ownedLists: await read<OwnData['ownedLists'][number]>(
      `select l.name as list, o.since from list_owner o join list l on l.id = o.list_id where ${whose.list_owner} order by l.name`,
    ),
    memberships: await read<OwnData['memberships'][number]>(
      `select l.name as list, s.since from membership s join list l on l.id = s.list_id where ${whose.membership} order by l.name`,
    ),
    links: await read<OwnData['links'][number]>(
      `select id, discord_user_id, locale, method, linked_at, leaving_told_at, unlinked_at, unlink_reason from discord_link
       where ${whose.discord_link} order by linked_at`,
    ),
    linkAttempts: await read<OwnData['linkAttempts'][number]>(
      `select id, discord_user_id, discord_name, avatar_url, locale, method, state, created_at, expires_at from link_attempt
       where ${whose.link_attempt} order by created_at`,
    ),
    changes: await readChanges(
      tx,
      (await read<{ id: string }>(`select id from change where ${whose.change} order by id`)).map(
        ({ id }) => id,
      ),
    ),
    sessions: await read<OwnData['sessions'][number]>(
      `select id, address, agent, created_at, seen_at, expires_at from session where ${whose.session} order by created_at`,
    ),
    tokens: await read<OwnData['tokens'][number]>(
      `select id, name, scopes, created_at, last_used_at, expires_at, revoked_at from api_token
       where ${whose.api_token} order by created_at`,
    ),
    seenOnLists: await read<OwnData['seenOnLists'][number]>(
      `select l.name as list, x.way, d.at from drift_member x join drift d on d.id = x.drift_id join list l on l.id = d.list_id
       where ${whose.drift_member} order by d.at`,
    ),
    acknowledgedIncidents: await read<OwnData['acknowledgedIncidents'][number]>(
      `select id, kind, acknowledged_at from incident where ${whose.incident} order by began_at`,
    ),
    noticeRules: await read<OwnData['noticeRules'][number]>(
      `select id, created_at from notice_rule where ${whose.notice_rule} order by position`,
    ),
    notices: await read<OwnData['notices'][number]>(
      `select id, substring(key from position(' ' in key) + 1) as key, facts -> 'by' ->> 'token' as token, facts ->> 'title' as title,
         facts ->> 'text' as text, facts -> 'fields' as fields, facts ->> 'url' as url, severity, state, count, began_at as created_at,
         last_at as updated_at
       from topic where ${whose.topic} order by began_at`,
    ),
    messages: (
      await read<OwnData['messages'][number]>(
        `select id, kind, destination_id as discord_user_id, concat_ws(E'\\n\\n', body ->> 'content', body -> 'file' ->> 'text') as text, state, created_at, ended_at
         from notice where ${whose.notice} order by created_at`,
      )
    ).map(withoutSecrets),
    mails: (
      await read<OwnData['mails'][number]>(
        `select id, kind, to_address as to, subject, text_body as text, state, created_at, ended_at
         from mail where ${whose.mail} order by created_at`,
      )
    ).map(withoutSecrets),
    idempotencyKeys: await read<OwnData['idempotencyKeys'][number]>(
      `select substring(scope from position(' ' in scope) + 1) as operation, key, created_at from idempotency_record
       where ${whose.idempotency_record} order by created_at`,
    ),
  }
  const { changes, links, linkAttempts, sessions, tokens } = things
  const ids = [changes, links, linkAttempts, sessions, tokens].flatMap((some) => some.map(({ id }) => id))
  // Whom their account once named, and whether a code was mailed then, tells who else is in the directory.
  const audit = await read<OwnData['audit'][number]>(
    `select id, at, actor_kind, actor_id, event, subject_kind, subject_id, via, outcome, details, request_id from audit_entry
     where (${whose.audit_entry} or subject_id = any(:ids::text[]))
       and not (event = 'link.begun' and details ->> 'method' = 'mail' and details ->> 'member' is distinct from :memberId)
     order by at, id`,
    { ids },
  )
  return { exportedAt: new Date().toISOString(), profile, adminOverride, ...things, audit }
}

/** Reads rows about somebody, with times as the API tells them. The caller says what the statement gives. */
function reader(tx: Transaction, whom: Whom) {
  return async <Item>(sql: string, more: Record<string, unknown> = {}): Promise<Item[]> => {
    const found = await rows<Record<string, unknown>>(tx, sql, { ...whom, ...more })
    return found.map(
      (row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            value instanceof Date ? value.toISOString() : value,
          ]),
        ) as Item,
    )
  }
}

const withoutSecrets = <Sent extends { text: string }>(sent: Sent): Sent => ({
  ...sent,
  text: strikeSecrets(sent.text),
})
