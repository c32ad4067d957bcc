import type { ChangeAction } from './change.ts'
import type { IncidentKind } from './incident.ts'

type Away = { reason: string; sinceS: number }

/** What is known of each kind of trouble; the texts make a message of it. Times are ISO 8601, lists of names hold at most 1,000. */
export type IncidentFacts = {
  /** `refused`: it answers all others, and the api's own account gets no further. */
  'directory-away': Away & { refused?: 'api' }
  /** `code` is LDAP's. `list`: only this one is refused, the others go on. */
  'target-paused': { target: string; list?: string; code: string; reason: string; waiting: number }
  /** `action` is null where some were to join and some to leave. */
  'change-failed': {
    list: string
    members: string[]
    count: number
    action: ChangeAction | null
    code: string
    message: string
  }
  'list-entry-failed': {
    list: string
    operation: 'create' | 'edit' | 'delete'
    code: string
    message: string
  }
  'queue-old': { oldestS: number; waiting: number }
  'removals-held': {
    list: string
    count: number
    members: string[]
    requestedBy: string | null
    expiresAt: string
  }
  /** `askedAt`: the first of them. */
  'requests-waiting': { list: string; count: number; members: string[]; askedAt: string }
  'people-gone': { gone: number; linked: number }
  'lists-gone': { gone: number; total: number; lists: string[] }
  /** `value`: of LDAP_ADMIN_GROUP, which is `missing`, or `empty` as far as we see and know people, or of LDAP_ADMIN_GID (`number`). */
  'admins-lost': { problem: 'missing' | 'empty' | 'number'; value: string }
  'read-incomplete': { problem: string }
  /** The latest of `edits`. */
  drift: {
    list: string
    joined: string[]
    parted: string[]
    joinedCount: number
    partedCount: number
    edits: number
  }
  'redis-away': Away
  /** In bytes. */
  'redis-full': { used: number; max: number }
  'jobs-away': Away
  'postgres-away': Away
  'pool-exhausted': { process: string; waiting: number; max: number }
  'mail-undeliverable': { count: number; error: string }
  /** `channelId`: where the message was to go that the error is about; null for one to a member. */
  'discord-undeliverable': { count: number; error: string; channelId?: string | null }
  /** By how much this machine's clock differs from another's. */
  'clock-skew': { skewS: number; from: 'postgres' | 'directory' }
  'audit-broken': { position: number; problem: string }
}

/** The kinds that have facts of this form; faults of the role have their own. */
export type FactualKind = Exclude<IncidentKind, 'role'>
