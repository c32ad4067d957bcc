import type { Logger } from 'pino'
import { within } from '../domain/rules/within.ts'
import { type Database, openDatabase, rows } from '../domain/store/database.ts'
import { endAlerts } from '../domain/store/incidents/end-alerts.ts'
import { poolUse } from '../domain/store/pool-use.ts'
import { type Alerting, type AlertTo, raiseAlert } from '../domain/store/incidents/raise-alert.ts'
import { knownLocale } from '../domain/store/installation/read-locale.ts'
import { wordIncident } from '../texts/incident-alert.ts'

type PoolWatch = {
  databaseUrl: string
  alertTo: AlertTo
  /** Requests may wait for a connection for so long before anybody is told. */
  alertAfterS: number
  log: Logger
}

/** Workers, which have connections of their own, tell of theirs under another key. */
const key = 'pool-exhausted api'
const longestPauseMs = 1000
const answerWithinMs = 3000
/** While it lasts, that is said again so often; a process that says nothing for longer is gone, and others end what it told of. */
const sayAgainMs = 60_000
const quietForS = 180

/**
 * Tells admins when requests wait for a connection to Postgres for longer than `alertAfterS`, and when that is over. It asks and writes by a
 * connection of its own: those of the pool are what is missing. That Postgres itself is away is for the workers to tell.
 */
export function tellOfExhaustedPool(db: Database, watch: PoolWatch): { stop: () => Promise<void> } {
  const ownDb = openDatabase(watch.databaseUrl, { poolMax: 1, name: 'guildpost-api-watch' })
  const alerting: Alerting = { db: ownDb, alertTo: watch.alertTo, log: watch.log }
  const pauseMs = Math.max(100, Math.min(longestPauseMs, (watch.alertAfterS * 1000) / 3))
  let since: number | null = null
  let raisedAt: number | null = null
  /** It was told of and is over, which is not on record yet. */
  let isUnended = false
  let lookedForOthersAt = Number.NEGATIVE_INFINITY
  let looking: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  const look = async () => {
    const now = performance.now()
    const { waiting, max } = poolUse(db)
    if (waiting === 0) {
      since = null
      isUnended ||= raisedAt !== null
      raisedAt = null
      if (isUnended) {
        // Not on record yet: the next look tries again.
        if ((await answers(ownDb)) && (await endAlerts(alerting, [key]))) isUnended = false
      } else if (now - lookedForOthersAt >= sayAgainMs) {
        lookedForOthersAt = now
        if (await answers(ownDb)) await endAlerts(alerting, [key], 'over', { quietForS })
      }
      return
    }
    since ??= now
    const isToBeSaid =
      raisedAt === null ? now - since >= watch.alertAfterS * 1000 : now - raisedAt >= sayAgainMs
    if (!isToBeSaid || !(await answers(ownDb))) return
    raisedAt = now
    watch.log.warn({ incident: 'pool-exhausted', waiting, max }, 'trouble that admins are told of')
    const words = wordIncident('pool-exhausted', { process: 'api', waiting, max }, await knownLocale(ownDb))
    await raiseAlert(alerting, { key, kind: 'pool-exhausted', ...words })
  }
  const next = () => {
    if (isStopped) return
    looking = look().then(() => {
      timer = setTimeout(next, pauseMs).unref()
    })
  }
  timer = setTimeout(next, pauseMs).unref()

  return {
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      await looking
      await ownDb.destroy()
    },
  }
}

const answers = (db: Database): Promise<boolean> =>
  within(answerWithinMs, () => rows(db, 'select 1')).then(
    () => true,
    () => false,
  )
