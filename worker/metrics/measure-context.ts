import type { MessageResult } from '../../adapters/discord-rest/create-discord-rest.ts'
import type { Jobs } from '../../adapters/jobs/create-jobs.ts'
import { poolUse, watchPool } from '../../domain/store/pool-use.ts'
import type { WorkerContext } from '../context.ts'
import type { Metrics } from './create-metrics.ts'

/** The same context, whose jobs, messages, mail and connections are measured. */
export function measureContext(context: WorkerContext): WorkerContext {
  const { db, metrics, jobs, discord, mailer } = context
  watchPool(db, metrics.poolWaited)
  metrics.watchPoolBy(() => poolUse(db))
  const counted = async (to: 'channel' | 'member', sending: Promise<MessageResult>) => {
    const result = await sending
    metrics.sent(to, result.outcome)
    return result
  }
  return {
    ...context,
    jobs: { ...jobs, define: timed(jobs, metrics) },
    discord: {
      ...discord,
      sendDirectMessage: (...message) => counted('member', discord.sendDirectMessage(...message)),
      sendChannelMessage: (...message) => counted('channel', discord.sendChannelMessage(...message)),
    },
    mailer: {
      ...mailer,
      send: async (mail) => {
        const result = await mailer.send(mail)
        metrics.sent('mail', result.outcome)
        return result
      },
    },
  }
}

function timed(jobs: Jobs, metrics: Metrics): Jobs['define'] {
  return (name, limits, run) => {
    jobs.define(name, limits, async (data) => {
      const began = performance.now()
      let result: 'ok' | 'failed' = 'failed'
      try {
        await run(data)
        result = 'ok'
      } finally {
        metrics.jobRan(name, result, (performance.now() - began) / 1000)
      }
    })
  }
}
