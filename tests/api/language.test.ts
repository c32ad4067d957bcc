import { expect, test } from 'vitest'
import { readLocale } from '../../domain/store/installation/read-locale.ts'
import { serviceToken, startTestApi } from './api-server.ts'

const who = { appEnv: 'dev', applicationId: '200000000000000001', guildId: '300000000000000001' }

test('the language of the server is kept as the bot last told it', async () => {
  const api = await startTestApi()
  const { db } = api.context
  const introduce = async (more: object) => {
    const { statusCode } = await api.server.inject({
      method: 'POST',
      url: '/api/v1/bot',
      headers: { authorization: `Bearer ${serviceToken}` },
      payload: { ...who, ...more },
    })
    return statusCode
  }
  expect(await readLocale(db)).toBe('en')
  expect(await introduce({ locale: 'zh-TW' })).toBe(204)
  expect(await readLocale(db)).toBe('zh-TW')
  // A bot that has just started does not know it yet.
  expect(await introduce({})).toBe(204)
  expect(await readLocale(db)).toBe('zh-TW')
  expect(await introduce({ locale: 'not a language' })).toBe(400)
  expect(await introduce({ locale: 'fr', guildId: '300000000000000009' })).toBe(409)
  expect(await readLocale(db)).toBe('zh-TW')
  expect(await introduce({ locale: 'es-419' })).toBe(204)
  expect(await readLocale(db)).toBe('en')
})
