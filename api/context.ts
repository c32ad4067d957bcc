import type { Logger } from 'pino'
import type { ProcessMetrics } from '../adapters/metrics/process-metrics.ts'
import type { AdminGroup, PersonEntry } from '../domain/contracts/directory.ts'
import type { RemovalLimit } from '../domain/rules/removal-limit.ts'
import type { Database } from '../domain/store/database.ts'
import type { AlertTo } from '../domain/store/incidents/raise-alert.ts'
import type { ChangeWaiters } from './change-waiters.ts'

/** What signing in needs of the directory; throws when it gave no answer. */
export type PersonDirectory = {
  /**
   * Null when there is no such person or the password is wrong. `beforeBind` hears whose password is about to be tried
   * (null: nobody's), and may refuse that by throwing.
   */
  authenticate(
    username: string,
    password: string,
    beforeBind?: (person: PersonEntry | null) => Promise<void>,
  ): Promise<PersonEntry | null>
  readAdmins(): Promise<AdminGroup>
}

/** What a limit allows in a window, how much of it is left, and in how many seconds the window ends. */
export type Allowance = { limit: number; remaining: number; resetAfterS: number }

/** Counts per key in a window. `consume` throws a Refusal (TOO_MANY_REQUESTS) when none is left. */
export type Limiter = {
  consume(key: string): Promise<Allowance>
  peek(key: string): Promise<Allowance>
  refund(key: string): Promise<void>
}

export type Limits = {
  /** Accepted requests of a member. */
  changes: Limiter
  /** Links begun by a Discord account. */
  linkBegins: Limiter
  /** Codes by mail: those that a Discord account asked for, and those that were sent to a person. */
  linkMails: Limiter
  linkMailsOfDay: Limiter
  linkMailsToPerson: Limiter
  /** Refused passwords, counted by where they came from, by the name that was typed, by whose they were not, and by link page. */
  refusedByAddress: Limiter
  refusedByUsername: Limiter
  refusedByPerson: Limiter
  refusedByAttempt: Limiter
  /** Entries in the audit about passwords that were not tried. */
  untriedEntries: Limiter
  /** Notices of a member's programs. */
  notices: Limiter
}

/** What the routes need to know of the configuration. */
export type Settings = {
  /** How others reach the API, without a slash at its end. */
  url: string
  serviceTokens: readonly string[]
  metricsToken: string | null
  trustedProxies: readonly string[]
  /** Origins whose pages may call the API from a browser. */
  corsOrigins: readonly string[]
  mirrorMaxAgeS: number
  sessionDays: number
  /** In which pages and mails write times: an IANA name. */
  siteTimeZone: string
  /** The gidNumber that makes an admin. */
  adminGid: number | null
  removalLimit: RemovalLimit
  /** Whether entries of the directory's class of lists have a description; where not, it is kept here. */
  listsHoldDescription: boolean
  /** Signs checkpoints of the audit; null where there are none. */
  auditSigningKey: string | null
  /** Where admins are told of what the API itself sees. */
  alertTo: AlertTo
  /** Where notices about workflows and developers' own go that no rule sends elsewhere. */
  workflowChannelId: string | null
  /** Without one, that route is off. */
  githubWebhookSecret: string | null
  alertmanagerToken: string | null
}

/** What the API process owns. */
export type Context = {
  settings: Settings
  log: Logger
  metrics: ProcessMetrics
  db: Database
  directory: PersonDirectory
  limits: Limits
  /** Begun when a password is about to be tried; when it is over, a refusal of that one may be sent. */
  refusalFloor(): Promise<void>
  changeWaiters: ChangeWaiters
  /** Whether the database has said that this process belongs to it; before, nothing is served. */
  isInstalled: () => boolean
  /** Whether what the API leans on answers; each may take its time or throw, the reader bounds it. */
  probes: Readonly<Record<'jobs' | 'redis' | 'ldap', () => Promise<boolean>>>
  close(): Promise<void>
}
