import { expect, it } from 'vitest'
import { IncompleteRead } from '../../../adapters/ldap/failure.ts'
import { endAlerts } from '../../../domain/store/incidents/end-alerts.ts'
import { knownLocale } from '../../../domain/store/installation/read-locale.ts'
import { writeLocale } from '../../../domain/store/installation/write-locale.ts'
import { alertIncompleteRead, incompleteReadIncident } from '../../../worker/sync/alert-incomplete-read.ts'
import { discordNames, startTestDiscord } from '../../_support/discord.ts'
import { createWorld, waitUntil } from '../../_support/world.ts'

const { token } = discordNames
const channelId = '400000000000000002'

it('a channel is told in the language of its server, from the first word to the last', async (t) => {
  const world = await createWorld({}, t)
  await writeLocale(world.db, 'zh-TW')
  const discord = await startTestDiscord({ channels: [{ id: channelId, name: 'alerts' }] }, t)
  const { context } = await world.worker(
    {},
    { DISCORD_TOKEN: token, DISCORD_API_URL: discord.url, DISCORD_ALERT_CHANNEL_ID: channelId },
  )
  const says = (words: string) =>
    waitUntil(words, async () => {
      const message = discord.messagesIn(channelId).find(({ content }) => content.includes(words))
      return message ?? null
    })
  // A read of its own that is whole would end it.
  await world.mirrored()
  await alertIncompleteRead(context, new IncompleteRead('a size limit'))
  const message = await says('⚠️ **目錄沒有讀取完整**')
  expect(JSON.stringify(message.components)).toContain('確認收到')
  await endAlerts(context, [incompleteReadIncident])
  await says('✅ **目錄沒有讀取完整**')
})

it('without Postgres the language is what it last was, else English', async (t) => {
  const { db } = await createWorld({}, t)
  await writeLocale(db, 'zh-TW')
  expect(await knownLocale(db)).toBe('zh-TW')
  const away = {
    isTransaction: false,
    client: { acquireConnection: () => Promise.reject(new Error('away')) },
  }
  expect(await knownLocale(away as unknown as typeof db)).toBe('en')
})
