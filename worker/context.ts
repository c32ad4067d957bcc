import type { Logger } from 'pino'
import type { DiscordRest } from '../adapters/discord-rest/create-discord-rest.ts'
import type { Jobs } from '../adapters/jobs/create-jobs.ts'
import type { Directory } from '../adapters/ldap/directory.ts'
import type { Mailer } from '../adapters/mail/create-mailer.ts'
import type { RedisConnection } from '../adapters/redis/connect-redis.ts'
import type { JoinPolicy } from '../domain/contracts/list.ts'
import type { RemovalLimit } from '../domain/rules/removal-limit.ts'
import type { Database } from '../domain/store/database.ts'
import type { AlertTo } from '../domain/store/incidents/raise-alert.ts'
import type { Metrics } from './metrics/create-metrics.ts'
import type { WorkerStraightAlerts } from './deliver/straight-alerts.ts'
import type { Slots } from './deliver/slots.ts'
import type { BulkSlot } from './apply/bulk-slot.ts'
import type { HeavySlot } from './apply/heavy-slot.ts'
import type { VerifiedRole } from './roles/verified-role.ts'

/** What a worker owns, and how it goes about its work. */
export type WorkerContext = {
  db: Database
  directory: Directory
  jobs: Jobs
  mailer: Mailer
  discord: DiscordRest
  /** Connects when it is first asked for. */
  redis: () => Promise<RedisConnection>
  log: Logger
  metrics: Metrics
  /** Aborted when the worker is asked to stop: what is in hand is finished, nothing new is begun. */
  stopping: AbortSignal
  /** How long a list's lease lasts without being renewed. */
  leaseMs: number
  /** WRITES=off: show what would be written, write nothing to the directory. */
  observeOnly: boolean
  placeholderDn: string
  adminGroup: string | null
  adminGid: number | null
  /** What a list first seen in the directory gets. */
  firstJoin: JoinPolicy
  firstHidden: boolean
  /** Null where linked members get no role. */
  verifiedRole: VerifiedRole | null
  alertTo: AlertTo
  /** Tells admins while Postgres is away. */
  straight: WorkerStraightAlerts
  /** An outage shorter than this raises no alert. */
  alertAfterS: number
  removalLimit: RemovalLimit
  /** In which mails and files write times: an IANA name. */
  siteTimeZone: string
  /** Signs checkpoints of the audit; null where there are none. */
  auditSigningKey: string | null
  /** What /metrics of the health listener asks for; null: nothing. */
  metricsToken: string | null
  /** False: the directory is read by the clock only. */
  followsDirectory: boolean
  syncIntervalS: number
  reconcileIntervalS: number
  sweepIntervalS: number
  /** For destinations of notices that are served at once. */
  noticeSlots: Slots
  /** For mails that are sent at once. */
  mailSlots: Slots
  /** For lists whose members take much memory. */
  heavySlot: HeavySlot
  /** For batches of many changes. */
  bulkSlot: BulkSlot
  /** Does something after a while, in this process; the sweep finds it when this process is gone by then. */
  later: (what: string, inMs: number, work: () => Promise<void>) => void
}

/** What reading the directory needs of it. */
export type SyncContext = Pick<
  WorkerContext,
  | 'db'
  | 'directory'
  | 'log'
  | 'placeholderDn'
  | 'adminGroup'
  | 'adminGid'
  | 'firstJoin'
  | 'firstHidden'
  | 'alertTo'
> &
  Partial<Pick<WorkerContext, 'straight'>>

/** What keeping the mirror close to the directory needs. */
export type FollowContext = SyncContext &
  Pick<WorkerContext, 'metrics' | 'straight' | 'syncIntervalS' | 'reconcileIntervalS'>
