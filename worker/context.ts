import type { Logger } from 'pino'
import type { DiscordRest } from '../adapters/discord-rest/create-discord-rest.ts'
import type { Jobs } from '../adapters/jobs/create-jobs.ts'
import type { Directory } from '../adapters/ldap/directory.ts'
import type { Mailer } from '../adapters/mail/create-mailer.ts'
import type { JoinPolicy } from '../domain/contracts/list.ts'
import type { RemovalLimit } from '../domain/rules/removal-limit.ts'
import type { Database } from '../domain/store/database.ts'
import type { AlertTo } from '../domain/store/raise-alert.ts'
import type { VerifiedRole } from './roles/verified-role.ts'

/** What a worker owns, and how it goes about its work. */
export type WorkerContext = {
  db: Database
  directory: Directory
  jobs: Jobs
  mailer: Mailer
  discord: DiscordRest
  log: Logger
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
  /** An outage shorter than this raises no alert. */
  alertAfterS: number
  removalLimit: RemovalLimit
  /** Signs checkpoints of the audit; null where there are none. */
  auditSigningKey: string | null
  /** What /metrics of the health listener asks for; null: nothing. */
  metricsToken: string | null
  syncIntervalS: number
  reconcileIntervalS: number
  sweepIntervalS: number
  /** Does something after a while, in this process; the sweep finds it when this process is gone by then. */
  later: (what: string, inMs: number, work: () => Promise<void>) => void
}

/** What reading the directory needs of it. */
export type SyncContext = Pick<
  WorkerContext,
  'db' | 'directory' | 'log' | 'placeholderDn' | 'adminGroup' | 'adminGid' | 'firstJoin' | 'firstHidden'
>
