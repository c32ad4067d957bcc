import type { Job } from 'agenda'
import type { Logger } from 'pino'
import { messageOf } from '../log/outage.ts'

/**
 * Renews a running job's lock, three times in its lifetime, until what it gives is called: that resolves once no renewal is under way, since a
 * late one would lock the job again after its end. Never rejects.
 */
export function keepTouching(job: Job, lockLifetimeMs: number, log: Logger): () => Promise<void> {
  let underWay: Promise<void> | undefined

  function touch(): void {
    underWay ??= job
      .touch()
      .catch((error: unknown) =>
        log.warn({ reason: messageOf(error), job: job.attrs.name }, 'a running job could not renew its lock'),
      )
      .finally(() => {
        underWay = undefined
      })
  }
  const timer = setInterval(touch, lockLifetimeMs / 3)

  return async () => {
    clearInterval(timer)
    await underWay
  }
}
