import { Gauge, Histogram, Registry } from 'prom-client'

export type ProcessMetrics = ReturnType<typeof createProcessMetrics>

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** What the API and the workers both measure, for /metrics: the directory's operations and the connections to Postgres. */
export function createProcessMetrics() {
  const registry = new Registry()
  const registers = [registry]
  const ldap = new Histogram({
    name: 'guildpost_ldap_operation_seconds',
    help: 'How long operations of the directory took, by their kind and result code (none: no answer)',
    labelNames: ['kind', 'code'],
    buckets: seconds,
    registers,
  })
  const poolWait = new Histogram({
    name: 'guildpost_db_pool_wait_seconds',
    help: 'How long this process waited for a connection to Postgres',
    buckets: seconds,
    registers,
  })
  const pool = new Gauge({
    name: 'guildpost_db_pool_connections',
    help: 'Connections of this process to Postgres: used, waiting for one, and the most that there may be (max)',
    labelNames: ['state'],
    registers,
    collect: () => {
      for (const [state, count] of Object.entries(readPool?.() ?? {})) pool.set({ state }, count)
    },
  })
  let readPool: (() => Record<string, number>) | null = null

  return {
    registry,
    /** `code` is LDAP's, null when there was no answer. */
    ldapOperation: (kind: string, code: number | null, tookS: number): void => {
      ldap.observe({ kind, code: code === null ? 'none' : String(code) }, tookS)
    },
    poolWaited: (waitedS: number): void => {
      poolWait.observe(waitedS)
    },
    watchPoolBy: (read: () => Record<string, number>): void => {
      readPool = read
    },
  }
}
