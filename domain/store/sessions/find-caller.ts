import { methodsWithRights } from '../../rules/link-rights.ts'
import type { Scope } from '../../rules/permissions.ts'
import type { Subscription } from '../../contracts/subscription.ts'
import { type Database, rows } from '../database.ts'
import { isOwner } from '../lists/owns.ts'
import { subscriptionsOf } from '../changes/read-subscriptions.ts'
import { mirrorMissing } from '../mirror/mirror-missing.ts'

/** What a request shows of who asks: the Discord account that the bot names, or the hash of a secret. */
export type Credential =
  | { kind: 'discord'; key: string }
  | { kind: 'session'; key: Buffer }
  | { kind: 'token'; key: Buffer }

/** The member behind a credential, as a request needs them; those who are gone from the directory included. */
export type FoundCaller = {
  memberId: string
  uid: string
  displayName: string
  state: 'present' | 'gone'
  /** Whether they act as an admin by this credential: neither a link by mail nor a token without that scope carries it. */
  isAdmin: boolean
  /** The same for what an owner may. By token only an admin may it: nobody else could make one with that scope. */
  mayManage: boolean
  /** What they are, where their link carries no rights: an admin, or the owner of a list. */
  unusedRights: 'admin' | 'owner' | null
  linkId: string | null
  sessionId: string | null
  csrfSecret: string | null
  tokenId: string | null
  /** What the token may be used for now: without an admin's grant (or being one) not for notices. */
  scopes: Scope[] | null
  /** It was used a minute ago or longer: worth noting. */
  unnoted: boolean
}

const member = `m.id as "memberId", m.uid, m.display_name as "displayName", m.state`
const linkCarriesRights = `l.method in (${methodsWithRights.map((method) => `'${method}'`).join(', ')})`
const noLink = `null::uuid as "linkId", null::text as "unusedRights"`
const noSession = `null::uuid as "sessionId", null::text as "csrfSecret"`
const noToken = `null::uuid as "tokenId", null::text[] as scopes`

const callerBy: Readonly<Record<Credential['kind'], string>> = {
  discord: `
    select ${member}, m.is_admin and ${linkCarriesRights} as "isAdmin", ${linkCarriesRights} as "mayManage", l.id as "linkId",
      case when ${linkCarriesRights} then null when m.is_admin then 'admin'
        when exists (select 1 from list l where l.state <> 'gone' and l.managed and ${isOwner}) then 'owner' end as "unusedRights",
      ${noSession}, ${noToken}, false as unnoted
    from discord_link l join member m on m.id = l.member_id
    where l.discord_user_id = :key and l.unlinked_at is null`,
  session: `
    select ${member}, m.is_admin as "isAdmin", true as "mayManage", ${noLink}, s.id as "sessionId",
      s.csrf_secret as "csrfSecret", ${noToken}, s.seen_at < now() - interval '1 minute' as unnoted
    from session s join member m on m.id = s.member_id
    where s.token_hash = :key and s.expires_at > now()`,
  token: `
    select ${member}, m.is_admin and 'admin' = any(t.scopes) as "isAdmin",
      m.is_admin and 'admin' = any(t.scopes) as "mayManage", ${noLink}, ${noSession}, t.id as "tokenId",
      case when m.notices_allowed or m.is_admin then t.scopes else array_remove(t.scopes, 'notices') end as scopes,
      coalesce(t.last_used_at < now() - interval '1 minute', true) as unnoted
    from api_token t join member m on m.id = t.member_id
    where t.token_hash = :key and t.expires_at > now() and t.revoked_at is null`,
}

/** Null for a credential that opens nothing: unknown, not linked, ended, revoked or too old. */
export async function findCaller(db: Database, { kind, key }: Credential): Promise<FoundCaller | null> {
  const [found] = await rows<FoundCaller>(db, callerBy[kind], { key })
  return found ?? null
}

const callerWithSubscriptionsBy = {
  discord: withSubscriptions(callerBy.discord),
  session: withSubscriptions(callerBy.session),
  token: withSubscriptions(callerBy.token),
}

function withSubscriptions(caller: string): string {
  const subscriptions = subscriptionsOf({
    memberId: 'caller."memberId"',
    seesHidden: 'caller."isAdmin"',
    mayManage: 'caller."mayManage"',
  })
  return `with caller as materialized (${caller})
    select caller.*, lists.*
    from caller cross join lateral (${subscriptions}) as lists`
}

/**
 * The caller together with what `readSubscriptions` gives for them, in one statement.
 * @throws {Refusal} UNAVAILABLE before the directory was read for the first time.
 */
export async function findCallerWithSubscriptions(
  db: Database,
  { kind, key }: Credential,
): Promise<{ caller: FoundCaller; items: Subscription[] } | null> {
  const [found] = await rows<FoundCaller & { mirrorRead: boolean; items: Subscription[] }>(
    db,
    callerWithSubscriptionsBy[kind],
    { key },
  )
  if (!found) return null
  if (!found.mirrorRead) throw mirrorMissing()
  return { caller: found, items: found.items }
}

/** Notes that a session or a token was used. */
export async function noteUse(
  db: Database,
  { sessionId, tokenId }: Pick<FoundCaller, 'sessionId' | 'tokenId'>,
): Promise<void> {
  if (sessionId !== null)
    await rows(db, 'update session set seen_at = now() where id = :sessionId', { sessionId })
  if (tokenId !== null)
    await rows(db, 'update api_token set last_used_at = now() where id = :tokenId', { tokenId })
}
