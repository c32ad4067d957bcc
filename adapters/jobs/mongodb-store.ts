import { createHash } from 'node:crypto'
import { MongoBackend, MongoClient, ObjectId } from '@agendajs/mongo-backend'
import { RedisNotificationChannel } from '@agendajs/redis-backend'
import { Redis } from 'ioredis'
import { closeQuietly, withDeadline } from './deadline.ts'
import { type JobStore, type OpenLine, type StoreOptions, tableName } from './job-store.ts'
import { messageOf } from './outage.ts'

const connectWithinMs = 5000

/**
 * Opens the store in MongoDB, in the database that the address names. Its notifications go through Redis.
 * Rejects when MongoDB can't be reached; Redis may be away.
 */
export async function openMongodbStore(options: StoreOptions & { redisUrl: string }): Promise<JobStore> {
  const { url, environment, redisUrl, name } = options
  const collection = tableName(environment)
  const client = new MongoClient(url, {
    appName: `guildpost jobs ${name}`,
    serverSelectionTimeoutMS: connectWithinMs,
    connectTimeoutMS: connectWithinMs,
    socketTimeoutMS: 10_000,
    maxPoolSize: 8,
  })
  const db = client.db()
  const close = () => closeQuietly(client.close())
  const backend = new MongoBackend({ mongo: db, collection })
  try {
    await client.connect()
    await backend.connect()
  } catch (cause) {
    await close()
    throw new Error(`The job store in MongoDB can't be opened: ${messageOf(cause)}`, { cause })
  }
  const prefix = environment === 'prod' ? 'pro:' : 'dev:'
  return {
    kind: 'mongodb',
    repository: backend.repository,
    openLine: lineOpener(redisUrl, `${prefix}agenda_jobs`, `guildpost-jobs-${name}`),
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

/** For ioredis: never. The line is opened anew as a whole. */
const retryStrategy = () => null

function lineOpener(url: string, channelName: string, connectionName: string): OpenLine {
  return async ({ notification, lost }) => {
    const watch = (client: Redis): Redis =>
      client.on('error', lost).on('close', () => lost(new Error('The connection to Redis was closed.')))
    const publisher = watch(
      new Redis(url, { lazyConnect: true, retryStrategy, connectionName, connectTimeout: connectWithinMs }),
    )
    // The channel listens on a duplicate and does not notice when that one is closed without an error.
    const duplicate = publisher.duplicate.bind(publisher)
    publisher.duplicate = (override) => watch(duplicate(override))
    const channel = new RedisNotificationChannel({
      redis: publisher,
      channelName,
      reconnect: { enabled: false },
    })
    channel.on('error', lost)
    channel.subscribe(notification)
    const close = async () => {
      await closeQuietly(channel.disconnect())
      publisher.disconnect()
    }
    try {
      await publisher.connect()
      await withDeadline(channel.connect(), connectWithinMs, 'SUBSCRIBE')
    } catch (error) {
      await close()
      throw error
    }
    return { publish: (wake) => channel.publish(wake), close }
  }
}
