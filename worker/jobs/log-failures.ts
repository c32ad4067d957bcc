import type { Logger } from 'pino'
import type { EndedJob } from '../../adapters/jobs/create-jobs.ts'
import { namedTroubles } from '../../domain/rules/lasting-trouble.ts'

/** Logs jobs that fail, of each kind seldom: one that runs each second would fill the log while Postgres is away. */
export function logFailures(log: Logger): (job: EndedJob) => void {
  const troubles = namedTroubles()
  return ({ name: job, data, error: err }) => {
    const trouble = troubles(job)
    if (err === null)
      trouble.over((lastedMs) => log.info({ job, lastedMs }, 'a job that failed does its work again'))
    else trouble.met(err, () => log.error({ err, job, data }, 'a job failed'))
  }
}
