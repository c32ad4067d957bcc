import { Counter, Histogram } from 'prom-client'
import { createProcessMetrics } from '../../adapters/metrics/process-metrics.ts'

export type Metrics = ReturnType<typeof createMetrics>

const longSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600]

/** What a worker counts and measures about itself, for /metrics of its health listener. */
export function createMetrics() {
  const ofProcess = createProcessMetrics()
  const registers = [ofProcess.registry]

  const applyLatency = new Histogram({
    name: 'guildpost_apply_seconds',
    help: 'From accepting a change to its being applied, by the clocks of the api and of the worker',
    buckets: longSeconds,
    registers,
  })
  const ended = new Counter({
    name: 'guildpost_changes_recorded_total',
    help: 'What attempts at changes came to: applied, failed, postponed, observed',
    labelNames: ['outcome'],
    registers,
  })
  const batches = new Histogram({
    name: 'guildpost_apply_batch_changes',
    help: 'How many changes of a list were recorded together',
    buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000],
    registers,
  })
  const syncLag = new Histogram({
    name: 'guildpost_sync_lag_seconds',
    help: 'From a change in the directory to its being in the mirror, by the clocks of the directory and of the worker',
    buckets: longSeconds,
    registers,
  })
  const jobs = new Histogram({
    name: 'guildpost_job_seconds',
    help: 'How long jobs took, by name and result (ok or failed)',
    labelNames: ['job', 'result'],
    buckets: longSeconds,
    registers,
  })
  const messages = new Counter({
    name: 'guildpost_messages_total',
    help: 'Messages and mail that were sent, or were not: to channel, member or mail, by outcome',
    labelNames: ['to', 'outcome'],
    registers,
  })
  return {
    ...ofProcess,
    /** Changes of one list that were recorded together, each with how it came out. */
    changesRecorded: (outcomes: readonly { changeId: string; kind: string }[]): void => {
      batches.observe(outcomes.length)
      for (const { changeId, kind } of outcomes) {
        ended.inc({ outcome: kind })
        if (kind === 'applied') applyLatency.observe(Math.max(0, (Date.now() - madeAtMs(changeId)) / 1000))
      }
    },
    /** What the directory's feed told of is in the mirror now; a CSN says when the directory took it. */
    mirrored: (versions: Iterable<string | null>): void => {
      for (const version of versions) {
        const changedAtMs = csnTimeMs(version ?? '')
        if (changedAtMs !== null) syncLag.observe(Math.max(0, (Date.now() - changedAtMs) / 1000))
      }
    },
    jobRan: (job: string, result: 'ok' | 'failed', tookS: number): void => {
      jobs.observe({ job, result }, tookS)
    },
    sent: (to: 'channel' | 'member' | 'mail', outcome: string): void => {
      messages.inc({ to, outcome })
    },
  }
}

/** The time in a CSN (`20261121080000.123456Z#…`); other versions tell none. */
function csnTimeMs(version: string): number | null {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d(?:\.\d+)?)Z#/.exec(version) ?? []
  return year === undefined ? null : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

/** When an id was made: the first 48 bits of a UUIDv7 (RFC 9562, section 5.7). */
const madeAtMs = (id: string): number => Number.parseInt(id.replace('-', '').slice(0, 12), 16)
