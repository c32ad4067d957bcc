import type { Job } from 'agenda'
import type { Logger } from 'pino'
import { messageOf } from './outage.ts'

/** Renews a running job's lock, three times in its lifetime and when asked to, until stopped. Never rejects. */
export function keepTouching(job: Job, lockLifetimeMs: number, log: Logger) {
  let underWay: Promise<void> | undefined

  function touch(): Promise<void> {
    underWay ??= job
      .touch()
      .catch((error: unknown) =>
        log.warn({ reason: messageOf(error), job: job.attrs.name }, 'a running job could not renew its lock'),
      )
      .finally(() => {
        underWay = undefined
      })
    return underWay
  }
  const timer = setInterval(() => void touch(), lockLifetimeMs / 3)

  return {
    touch,
    /** Resolves once no renewal is under way: a late one would lock the job again after its end. */
    async stop(): Promise<void> {
      clearInterval(timer)
      await underWay
    },
  }
}
