import { RedisNotificationChannel } from '@agendajs/redis-backend'
import { Redis } from 'ioredis'
import { closeQuietly, withDeadline } from '../jobs/deadline.ts'
import type { OpenLine } from '../jobs/line.ts'
import { prefixOf } from './prefix.ts'

type LineOptions = { url: string; environment: 'dev' | 'prod'; name: string }

const connectWithinMs = 5000

/** For ioredis: never. The line is opened anew as a whole. */
const retryStrategy = () => null

/**
 * The way to open the line on which workers tell each other that a job waits, where the job store has none of its own. Its channel
 * has the environment's prefix, as every key has.
 */
export function openRedisLine({ url, environment, name }: LineOptions): OpenLine {
  const channelName = `${prefixOf(environment)}agenda_jobs`
  const connectionName = `guildpost-jobs-${name}`
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
