import pg from 'pg'
import type { TestContext } from 'vitest'
import { cleanUpAfter } from '../_support/cleanup.ts'
import type { TestApi } from './api-server.ts'

/** What is said with NOTIFY on these channels from now on, as `channel payload`. */
export async function listenTo(
  { databaseUrl }: TestApi,
  channels: string[],
  t: TestContext,
): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  cleanUpAfter(t, () => client.end())
  const heard: string[] = []
  client.on('notification', ({ channel, payload }) => void heard.push(`${channel} ${payload}`))
  for (const channel of channels) await client.query(`listen ${channel}`)
  return heard
}
