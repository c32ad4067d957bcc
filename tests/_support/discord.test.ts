import { expect, it } from 'vitest'
import type { Ending } from './cleanup.ts'
import { discordNames, startTestDiscord } from './discord.ts'

it('a test fails that has Discord sent something malformed, and no other', async () => {
  const cleanUps: (() => unknown)[] = []
  const test = { onTestFinished: (cleanUp) => void cleanUps.push(cleanUp as () => unknown) } as Ending
  const channelId = '400000000000000002'
  const write = async (content: unknown) => {
    const discord = await startTestDiscord({ channels: [{ id: channelId, name: 'alerts' }] }, test)
    const answer = await fetch(`${discord.url}/v10/channels/${channelId}/messages`, {
      method: 'POST',
      headers: { authorization: `Bot ${discordNames.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ content }),
    })
    return answer.status
  }
  expect(await write('All is well')).toBe(200)
  expect(await write(['no', 'text'])).toBe(400)
  const [afterGood, afterBad] = cleanUps
  await expect(afterGood?.()).resolves.toBeUndefined()
  await expect(afterBad?.()).rejects.toMatchObject({
    actual: [{ request: `POST /channels/${channelId}/messages`, body: { content: ['no', 'text'] } }],
  })
})
