import type { FactualKind, IncidentFacts } from '../../domain/contracts/incident-facts.ts'
import type { Locale } from '../../domain/contracts/locale.ts'
import { newId } from '../../domain/store/new-id.ts'
import type { Alert } from '../../domain/store/incidents/raise-alert.ts'
import { wordIncident } from '../../texts/incident-alert.ts'
import { wordRoleFault } from '../../texts/role-alert.ts'

/** An example of each kind of trouble that the program itself may be in. */
const examples: IncidentFacts = {
  'directory-away': { reason: 'connect ECONNREFUSED 10.0.0.7:636', sinceS: 20 },
  'target-paused': {
    target: 'ldap',
    code: '53',
    reason: 'operation restricted',
    waiting: 12,
  },
  'change-failed': {
    list: 'news',
    members: ['alice'],
    count: 1,
    action: 'subscribe',
    code: 'DIRECTORY_REFUSED',
    message: 'The directory refused this value.',
  },
  'list-entry-failed': {
    list: 'choir',
    operation: 'create',
    code: 'DIRECTORY_REFUSED',
    message: 'insufficient access rights',
  },
  'queue-old': { oldestS: 300, waiting: 40 },
  'removals-held': {
    list: 'news',
    members: ['alice', 'bob', 'carol'],
    count: 3,
    requestedBy: 'ada',
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  },
  'requests-waiting': {
    list: 'choir',
    members: ['alice', 'bob'],
    count: 2,
    askedAt: new Date(Date.now() - 3_600_000).toISOString(),
  },
  'people-gone': { gone: 40, linked: 120 },
  'lists-gone': { gone: 3, total: 8, lists: ['choir', 'events', 'news'] },
  'admins-lost': { problem: 'missing', value: 'cn=guildpost-admins,ou=groups,dc=example,dc=org' },
  'read-incomplete': { problem: 'size limit exceeded after 500 people' },
  drift: { list: 'news', joined: ['mallory'], parted: ['bob'], joinedCount: 1, partedCount: 1, edits: 1 },
  'redis-away': { reason: 'connect ETIMEDOUT 10.0.0.8:6379', sinceS: 20 },
  'redis-full': { used: 60_000_000, max: 64_000_000 },
  'jobs-away': { reason: 'connect ECONNREFUSED 10.0.0.9:27017', sinceS: 20 },
  'postgres-away': { reason: 'connect ECONNREFUSED 10.0.0.10:5432', sinceS: 20 },
  'pool-exhausted': { process: 'api', waiting: 30, max: 10 },
  'mail-undeliverable': { count: 2, error: '550 no such user' },
  'discord-undeliverable': { count: 3, error: '403 Missing Access', channelId: '700000000000000001' },
  'clock-skew': { skewS: 12, from: 'postgres' },
  'audit-broken': { position: 4711, problem: 'the hash of this entry is another one' },
}

const decisions: Partial<Record<FactualKind, NonNullable<Alert['actions']>>> = {
  'change-failed': ['retry'],
  'removals-held': ['approve', 'deny'],
  'requests-waiting': ['approve', 'deny'],
  'people-gone': ['approve', 'deny'],
  'lists-gone': ['approve', 'deny'],
  drift: ['revert'],
}

/** Trouble of this kind. */
export const alertOfKind = <Kind extends FactualKind>(
  kind: Kind,
  facts: Partial<IncidentFacts[Kind]> = {},
  locale: Locale = 'en',
): Alert => ({
  key: `${kind} ${newId()}`,
  kind,
  subjectId: newId(),
  actions: decisions[kind] ?? [],
  ...wordIncident(kind, { ...examples[kind], ...facts }, locale),
})

const roleAlert: Alert = {
  key: 'role of an example',
  kind: 'role',
  ...wordRoleFault({ kind: 'too-high', role: 'Verified', ownRole: 'guildpost' }),
}

/** One of each kind, but for these. */
export const alertsExcept = (...kinds: readonly FactualKind[]): Alert[] => [
  ...(Object.keys(examples) as FactualKind[])
    .filter((kind) => !kinds.includes(kind))
    .map((kind) => alertOfKind(kind)),
  roleAlert,
]
