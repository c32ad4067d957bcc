import { expect, test, vi } from 'vitest'
import { applicationId, guildId, tellStory } from './_bot.ts'

test('the bot tells the API the language of the server, and whenever it changes', async () => {
  const { api, standIn } = await tellStory({ standIn: { preferredLocale: 'zh-TW' } })
  const who = { appEnv: 'dev', applicationId, guildId }
  await vi.waitFor(() => expect(api.introductions).toEqual([who, { ...who, locale: 'zh-TW' }]))
  standIn.switchLanguage('en-GB')
  standIn.switchLanguage('en-GB')
  standIn.switchLanguage('ja')
  await vi.waitFor(() =>
    expect(api.introductions.slice(2)).toEqual([
      { ...who, locale: 'en-GB' },
      { ...who, locale: 'ja' },
    ]),
  )
})
