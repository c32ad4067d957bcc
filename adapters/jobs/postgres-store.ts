import { PostgresBackend, PostgresNotificationChannel } from '@agendajs/postgres-backend'
import pg from 'pg'
import { sqlState, sqlStateOf } from '../../domain/contracts/sql-state.ts'
import { closeQuietly, withDeadline } from './deadline.ts'
import { type JobStore, lockAheadMs, type StoreOptions, tableName } from './job-store.ts'
import type { OpenLine } from './line.ts'
import { messageOf } from '../log/outage.ts'

const connectWithinMs = 5000

/** Opens the store in Postgres and brings its table up to date. Rejects when it can't be reached. */
export async function openPostgresStore({ url, environment, name, log }: StoreOptions): Promise<JobStore> {
  const table = tableName(environment)
  const settings: pg.PoolConfig = {
    connectionString: url,
    application_name: `guildpost jobs ${name}`.slice(0, 63),
    connectionTimeoutMillis: connectWithinMs,
    query_timeout: 10_000,
    keepAlive: true,
  }
  const pool = openPool({ ...settings, max: 4 }, (error) =>
    log.debug({ reason: messageOf(error) }, 'job store: a connection was lost'),
  )
  const close = () => closeQuietly(pool.end())
  const backend = new PostgresBackend({ pool, tableName: table, disableNotifications: true })
  const prepare = () => prepareTable(pool, table, () => backend.connect())
  try {
    await prepare()
  } catch (cause) {
    await close()
    throw new Error(`The job store in Postgres can't be opened: ${messageOf(cause)}`, { cause })
  }
  return {
    kind: 'postgres',
    repository: backend.repository,
    openLine: lineOpener({ ...settings, max: 2, idleTimeoutMillis: 0 }, table),
    // A unique index of the backend's table allows one schedule a name; its upsert leaves the lock alone.
    async keepSchedule(agenda, { name: schedule, intervalMs, data }) {
      const job = await agenda.every(intervalMs, schedule, data)
      const latest = Date.now() + intervalMs
      if (job.attrs.nextRunAt === null || job.attrs.nextRunAt.getTime() > latest)
        await job.schedule(new Date()).save()
      await pool.query(`UPDATE ${table} SET locked_at = NULL WHERE name = $1 AND locked_at > $2`, [
        schedule,
        new Date(Date.now() + lockAheadMs),
      ])
    },
    // Whoever loses the jobs loses their table: made anew, it gets its schedules again from those who look after them.
    probe: async () => {
      try {
        await pool.query(`SELECT FROM ${table} LIMIT 1`)
      } catch (error) {
        if (sqlStateOf(error) !== sqlState.undefinedTable) throw error
        await prepare()
      }
    },
    close,
  }
}

/** A pool without a listener on each of its clients ends the process when the server goes away. */
function openPool(settings: pg.PoolConfig, onError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool(settings)
  pool.on('error', onError)
  pool.on('connect', (client) => client.on('error', onError))
  return pool
}

/** One process at a time: `CREATE … IF NOT EXISTS` of two processes at once fails in Postgres. */
async function prepareTable(pool: pg.Pool, table: string, prepare: () => Promise<void>): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [table])
    await prepare()
  } finally {
    // Destroyed, not returned: the lock lives as long as its session.
    client.release(true)
  }
}

function lineOpener(settings: pg.PoolConfig, channelName: string): OpenLine {
  return async ({ notification, lost }) => {
    const pool = openPool(settings, lost)
    const channel = new PostgresNotificationChannel({ pool, channelName, reconnect: { enabled: false } })
    channel.on('error', lost)
    channel.subscribe(notification)
    const close = () => closeQuietly(channel.disconnect().then(() => pool.end()))
    try {
      await withDeadline(channel.connect(), connectWithinMs, 'LISTEN')
    } catch (error) {
      await close()
      throw error
    }
    return { publish: (wake) => channel.publish(wake), close }
  }
}
