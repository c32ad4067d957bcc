import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { prefixOf } from './prefix.ts'

const withinMs = 3000

/** What Redis answered instead of doing it; null where it did. */
const refusalOf = (command: Promise<unknown>): Promise<Error | null> =>
  command.then(
    () => null,
    (error: unknown) => {
      if (error instanceof Error && /^(NOPERM|NOAUTH|WRONGPASS)/.test(error.message)) return error
      throw error
    },
  )

/**
 * An account of Redis, for finding out what it may do: what is refused is given back, not thrown. It has no prefix of its own,
 * and leaves nothing behind.
 * @throws {Error} when Redis can't be reached, or does not know the account, or has no such database.
 */
export async function lookAtRedis(url: string) {
  const client = new Redis(url, {
    lazyConnect: true,
    enableReadyCheck: false,
    connectTimeout: withinMs,
    commandTimeout: withinMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  // What is wrong with the account is said here only; the command that fails then knows of a closed connection.
  let said: Error | null = null
  client.on('error', (error: Error) => {
    said ??= error
  })
  try {
    await client.connect()
    const { username, password, pathname } = new URL(url)
    if (username !== '' || password !== '') await client.ping()
    // Without the database that the address names, the client goes on with the first one.
    if (pathname.length > 1) await client.select(Number(pathname.slice(1)))
  } catch (error) {
    client.disconnect()
    throw said ?? error
  }
  const name = `doctor:${randomUUID()}`

  return {
    ping: () => refusalOf(client.ping()),

    /** Whether it may write, read and delete a key of this environment, and speak on its channels. */
    useOwn: async (environment: 'dev' | 'prod') => {
      const key = prefixOf(environment) + name
      const refused =
        (await refusalOf(client.set(key, 'here', 'EX', 10))) ??
        (await refusalOf(client.get(key))) ??
        (await refusalOf(client.publish(key, 'here')))
      if (refused === null) await client.del(key)
      return refused
    },

    /** What it was refused of the other environment. Nothing that is there is read or changed: the key is nobody's. */
    useForeign: async (environment: 'dev' | 'prod') => {
      const key = prefixOf(environment) + name
      const tries = [
        { what: 'reading keys', refused: await refusalOf(client.get(key)) },
        { what: 'writing keys', refused: await refusalOf(client.set(key, 'here', 'PX', 1)) },
        { what: 'channels', refused: await refusalOf(client.publish(key, 'here')) },
      ]
      return tries
    },

    /** Which commands that could harm others it may use; each in a form that harms nothing. */
    dangerousOnes: async (): Promise<string[]> => {
      const harmless = { CONFIG: ['GET', 'maxmemory'], KEYS: [name], ACL: ['USERS'], CLIENT: ['LIST'] }
      const allowed: string[] = []
      for (const [command, words] of Object.entries(harmless))
        if ((await refusalOf(client.call(command, ...words))) === null) allowed.push(command)
      return allowed
    },

    /** In bytes; `max` 0 is no bound. */
    memory: async () => {
      const info = await client.info('memory')
      const field = (key: string) => new RegExp(`^${key}:(\\S+)`, 'm').exec(info)?.[1] ?? ''
      return {
        used: Number(field('used_memory')),
        max: Number(field('maxmemory')),
        policy: field('maxmemory_policy'),
      }
    },

    close: () => client.disconnect(),
  }
}
