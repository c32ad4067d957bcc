import { createHash } from 'node:crypto'
import { MongoBackend, MongoClient, ObjectId } from '@agendajs/mongo-backend'
import { openRedisLine } from '../redis/open-redis-line.ts'
import { closeQuietly } from './deadline.ts'
import { type JobStore, type StoreOptions, tableName } from './job-store.ts'
import { messageOf } from './outage.ts'
import { renewStuckClient } from './renew-stuck-client.ts'

const connectWithinMs = 5000
const lookEveryMs = 2000

/**
 * Opens the store in MongoDB, in the database that the address names. Its notifications go through Redis.
 * Rejects when MongoDB can't be reached; Redis may be away.
 */
export async function openMongodbStore(options: StoreOptions & { redisUrl: string }): Promise<JobStore> {
  const { url, environment, redisUrl, name, log } = options
  const collection = tableName(environment)
  const client = new MongoClient(url, {
    appName: `guildpost jobs ${name}`,
    serverSelectionTimeoutMS: connectWithinMs,
    connectTimeoutMS: connectWithinMs,
    heartbeatFrequencyMS: lookEveryMs,
    socketTimeoutMS: 10_000,
    maxPoolSize: 8,
  })
  const db = client.db()
  // A look connects and asks, or asks and waits for news as long as it is between two looks.
  const endWatch = renewStuckClient(client, 2 * connectWithinMs + lookEveryMs, () =>
    log.warn('the client of the job store is stuck, connecting anew'),
  )
  const close = () => {
    endWatch()
    return closeQuietly(client.close())
  }
  const backend = new MongoBackend({ mongo: db, collection })
  try {
    await client.connect()
    await backend.connect()
  } catch (cause) {
    await close()
    throw new Error(`The job store in MongoDB can't be opened: ${messageOf(cause)}`, { cause })
  }
  return {
    kind: 'mongodb',
    repository: backend.repository,
    openLine: openRedisLine({ url: redisUrl, environment, name }),
    async ensureSchedule(schedule, intervalMs, data) {
      // Agenda's own upsert looks for the name, which no index keeps unique: two workers that start at once
      // would make two schedules. An id made from the name lets only one of them in.
      const _id = new ObjectId(createHash('sha256').update(schedule).digest('hex').slice(0, 24))
      const document = {
        name: schedule,
        type: 'single',
        priority: 0,
        data,
        repeatInterval: intervalMs,
        nextRunAt: new Date(),
        lockedAt: null,
      }
      await db
        .collection(collection)
        .updateOne({ _id }, { $setOnInsert: document }, { upsert: true })
        .catch((error: unknown) => {
          if (!isDuplicateKey(error)) throw error
        })
    },
    probe: async () => void (await db.command({ ping: 1 })),
    close,
  }
}

/** Error 11000: another process inserted it between our look and our insert. */
function isDuplicateKey(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 11_000
}
