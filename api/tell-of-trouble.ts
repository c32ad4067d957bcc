import type { Logger } from 'pino'
import type { FactualKind, IncidentFacts } from '../domain/contracts/incident-facts.ts'
import { within } from '../domain/rules/within.ts'
import { type Database, openDatabase, rows } from '../domain/store/database.ts'
import { endAlerts } from '../domain/store/incidents/end-alerts.ts'
import { type Alerting, type AlertTo, raiseAlert } from '../domain/store/incidents/raise-alert.ts'
import { knownLocale } from '../domain/store/installation/read-locale.ts'
import { wordIncident } from '../texts/incident-alert.ts'
import type { OwnTrouble } from './own-troubles.ts'

type Watch = {
  databaseUrl: string
  alertTo: AlertTo
  /** It may last for so long before anybody is told. */
  alertAfterS: number
  /** In which mails write when it began. */
  siteTimeZone: string
  log: Logger
}

const longestPauseMs = 1000
const answerWithinMs = 3000
/** While it lasts, that is said again so often; a process that says nothing for longer is gone, and others end what it told of. */
const sayAgainMs = 60_000
const quietForS = 180

/**
 * Tells admins when a trouble of the API's own has lasted for longer than `alertAfterS`, and when it is over. It asks and writes by a
 * connection of its own: those of the pool may be what is missing. That Postgres itself is away is for the workers to tell.
 */
export function tellOfTrouble(
  troubles: readonly OwnTrouble[],
  { databaseUrl, alertTo, alertAfterS, siteTimeZone, log }: Watch,
): { stop: () => Promise<void> } {
  const db = openDatabase(databaseUrl, { poolMax: 1, name: 'guildpost-api-watch' })
  const pauseMs = Math.max(100, Math.min(longestPauseMs, (alertAfterS * 1000) / 3))
  const looks = troubles.map((trouble) =>
    createLook(trouble, { db, alertTo, log, alertAfterS, siteTimeZone }),
  )
  let looking: Promise<unknown> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  const next = () => {
    if (isStopped) return
    looking = Promise.all(looks.map((look) => look())).then(() => {
      timer = setTimeout(next, pauseMs).unref()
    })
  }
  timer = setTimeout(next, pauseMs).unref()

  return {
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      await looking
      await db.destroy()
    },
  }
}

function createLook(
  { key, kind, see }: OwnTrouble,
  alerting: Alerting & Pick<Watch, 'log' | 'alertAfterS' | 'siteTimeZone'>,
) {
  const { db, log, alertAfterS, siteTimeZone } = alerting
  let since: number | null = null
  let raisedAt: number | null = null
  /** It was told of and is over, which is not on record yet. */
  let isUnended = false
  let lookedForOthersAt = Number.NEGATIVE_INFINITY

  return async (): Promise<void> => {
    const seen = see()
    const now = performance.now()
    if (seen === null) {
      since = null
      isUnended ||= raisedAt !== null
      raisedAt = null
      if (isUnended) {
        // Not on record yet: the next look tries again.
        if ((await answers(db)) && (await endAlerts(alerting, [key]))) isUnended = false
      } else if (now - lookedForOthersAt >= sayAgainMs) {
        lookedForOthersAt = now
        if (await answers(db)) await endAlerts(alerting, [key], 'over', { quietForS })
      }
      return
    }
    since ??= now
    const isToBeSaid = raisedAt === null ? now - since >= alertAfterS * 1000 : now - raisedAt >= sayAgainMs
    if (!isToBeSaid || !(await answers(db))) return
    raisedAt = now
    log.warn({ incident: kind, ...seen }, 'trouble that admins are told of')
    const facts = { ...seen, sinceS: (now - since) / 1000 } as unknown as IncidentFacts[FactualKind]
    const words = wordIncident(kind, facts, await knownLocale(db), siteTimeZone)
    await raiseAlert(alerting, { key, kind, ...words })
  }
}

const answers = (db: Database): Promise<boolean> =>
  within(answerWithinMs, () => rows(db, 'select 1')).then(
    () => true,
    () => false,
  )
