import { createHash } from 'node:crypto'
import { type Db, MongoBackend, MongoClient, ObjectId } from '@agendajs/mongo-backend'
import type { JobRepository } from 'agenda'
import { openRedisLine } from '../redis/open-redis-line.ts'
import { closeQuietly, withDeadline } from './deadline.ts'
import { type JobStore, lockAheadMs, type StoreOptions, tableName } from './job-store.ts'
import { messageOf } from '../log/outage.ts'
import { renewWhenStuck } from './renew-when-stuck.ts'

const connectWithinMs = 5000
const openWithinMs = 10_000
/** Opening asks three times, one question after the other: who does so in this time is faster than who leaves one question open for two seconds. */
const renewWithinMs = 5000

/** What the driver has against an address or its options, in its own words; null where it takes them. Nothing is connected. */
export function faultOf(url: string): string | null {
  try {
    void new MongoClient(url)
    return null
  } catch (error) {
    return messageOf(error)
  }
}

type Opened = { client: MongoClient; db: Db; repository: JobRepository }

/**
 * Opens the store in MongoDB, in the database that the address names. Its notifications go through Redis.
 * Rejects when MongoDB can't be reached; Redis may be away.
 *
 * The driver bounds whatever it waits for, but for room in a socket that broke as it was written to (mongodb 7.8 and 7.9, `writeCommand`):
 * for that it waits for ever. A lost heartbeat, or two lost handshakes, and it never finds the server again; another client does.
 */
export async function openMongodbStore(options: StoreOptions & { redisUrl: string }): Promise<JobStore> {
  const { environment, redisUrl, name, log } = options
  const collection = tableName(environment)
  let opened = await openClient(options, openWithinMs)
  const probe = async () => void (await opened.db.command({ ping: 1 }))
  const endRenewing = renewWhenStuck({
    probe,
    open: () => openClient(options, renewWithinMs),
    take: (fresh) => {
      log.warn('the job store answers another client than ours, which was stuck')
      discard(opened)
      opened = fresh
    },
    discard,
  })
  return {
    kind: 'mongodb',
    repository: currentOf(() => opened.repository),
    openLine: openRedisLine({ url: redisUrl, environment, name }),
    async keepSchedule(_agenda, { name: schedule, intervalMs, data }) {
      // Agenda's own upsert looks for the name, which no index keeps unique: two workers that start at once
      // would make two schedules. An id made from the name lets only one of them in. It also writes `lockedAt: null`,
      // and so gives a run in hand to another worker.
      const _id = new ObjectId(createHash('sha256').update(schedule).digest('hex').slice(0, 24))
      const [now, schedules] = [new Date(), opened.db.collection(collection)]
      const fresh = { name: schedule, type: 'single', priority: 0, nextRunAt: now, lockedAt: null }
      await schedules
        .updateOne(
          { _id },
          { $setOnInsert: fresh, $set: { data, repeatInterval: intervalMs } },
          { upsert: true },
        )
        .catch((error: unknown) => {
          if (!isDuplicateKey(error)) throw error
        })
      const latest = new Date(now.getTime() + intervalMs)
      const isTooFar = [{ nextRunAt: null }, { nextRunAt: { $gt: latest } }]
      await schedules.updateOne({ _id, $or: isTooFar }, { $set: { nextRunAt: now } })
      const lastLock = new Date(now.getTime() + lockAheadMs)
      await schedules.updateOne({ _id, lockedAt: { $gt: lastLock } }, { $set: { lockedAt: null } })
    },
    probe,
    close: async () => {
      endRenewing()
      await closeQuietly(opened.client.close())
    },
  }
}

async function openClient({ url, environment, name }: StoreOptions, withinMs: number): Promise<Opened> {
  const client = new MongoClient(url, {
    appName: `guildpost jobs ${name}`,
    serverSelectionTimeoutMS: connectWithinMs,
    connectTimeoutMS: connectWithinMs,
    heartbeatFrequencyMS: 2000,
    socketTimeoutMS: 10_000,
    maxPoolSize: 8,
  })
  const db = client.db()
  const backend = new MongoBackend({ mongo: db, collection: tableName(environment) })
  const connect = async () => {
    await client.connect()
    await backend.connect()
  }
  try {
    await withDeadline(connect(), withinMs, 'connecting')
  } catch (cause) {
    await closeQuietly(client.close())
    throw new Error(`The job store in MongoDB can't be opened: ${messageOf(cause)}`, { cause })
  }
  return { client, db, repository: backend.repository }
}

const discard = ({ client }: Opened) => void closeQuietly(client.close())

/** Each call goes to the repository of that moment. */
const currentOf = (repository: () => JobRepository): JobRepository =>
  new Proxy({} as JobRepository, {
    get: (_, name) => {
      const current = repository()
      const value: unknown = Reflect.get(current, name)
      return typeof value === 'function' ? (value.bind(current) as unknown) : value
    },
  })

/** Error 11000: another process inserted it between our look and our insert. */
function isDuplicateKey(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 11_000
}
