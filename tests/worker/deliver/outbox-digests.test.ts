import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { channelId, outboxStory, titlesOf } from './_outbox.ts'

const numbered = (count: number) => Array.from({ length: count }, (_, at) => `notice ${at + 1}`)

it('500 notices that waited while Discord was away: each once, in order, few messages, and each says when', async (t) => {
  const story = await outboxStory(t)
  await story.discord.goAway()
  await story.start()
  const titles = numbered(500)
  await story.queue(titles, { agoS: 300 })
  await story.untilItRests()
  await story.discord.comeBack()
  // The first is taken, and nobody hears of it.
  story.script({ answer: { instead: 'cut', afterAccepting: true } })
  story.script({ answer: { status: 502 } })
  await story.endRest()
  await expect.poll(() => story.said().length).toBeGreaterThan(0)
  await story.endRest()
  await expect.poll(() => story.said().length, { timeout: 100_000, interval: 250 }).toBe(500)
  expect(story.said()).toEqual(titles)
  const messages = story.discord.messagesIn(channelId)
  // The first one was tried alone or with those that waited then, and is told as it was.
  expect(messages.length).toBeLessThanOrEqual(52)
  const embeds = messages.flatMap((message) => message.embeds)
  expect(embeds.filter(({ description }) => !/<t:\d+:f>/.test(description ?? ''))).toEqual([])
}, 120_000)

it('a digest that was taken without our knowing is found, and not told again', async (t) => {
  const story = await outboxStory(t)
  const titles = numbered(12)
  story.script({ answer: { status: 500, afterAccepting: true }, times: 2 })
  const queued = await story.queue(titles, { agoS: 300 })
  await story.start()
  await story.untilItRests()
  story.discord.forgetNonces()
  await rows(
    story.db,
    `update notice set doubtful_since = doubtful_since - interval '10 minutes' where doubtful_since is not null`,
  )
  const [first] = queued
  if (first) await story.tellAnew(first, 'notice 1')
  await story.endRest()
  await story.untilSaid(titles)
  expect(story.discord.messagesIn(channelId).map((message) => titlesOf(message).length)).toEqual([10, 2])
})

it('one that was taken without our knowing is not told again with those behind it', async (t) => {
  const story = await outboxStory(t)
  story.script({ answer: { status: 500, afterAccepting: true }, times: 2 })
  await story.queue(['one'], { agoS: 300 })
  await story.start()
  await story.untilItRests()
  await story.queue(['two', 'three'], { agoS: 200 })
  await story.endRest()
  await expect.poll(() => story.states()).toEqual(['sent', 'sent', 'sent'])
  expect(story.discord.messagesIn(channelId).map(titlesOf)).toEqual([['one'], ['two', 'three']])
})

it('a digest that Discord refuses is told one by one, and only what it refuses is given up', async (t) => {
  const story = await outboxStory(t)
  await story.queue(['one', 'broken', 'three'], { agoS: 300 })
  await story.start({
    sendChannelMessage: async (to, body, ...rest) =>
      JSON.stringify(body).includes('broken')
        ? { outcome: 'refused', code: 50_035, message: 'Invalid Form Body' }
        : story.rest.sendChannelMessage(to, body, ...rest),
  })
  await story.untilSaid(['one', 'three'])
  await expect.poll(() => story.states()).toEqual(['sent', 'failed', 'sent'])
  expect(story.discord.messagesIn(channelId)).toHaveLength(2)
})

it('what calls somebody and what is fresh stay messages of their own', async (t) => {
  const story = await outboxStory(t)
  await story.queue(['one', 'two'], { agoS: 300 })
  await story.queue(['calling'], { agoS: 300, mention: 'here' })
  await story.queue(['fresh'])
  await story.start()
  await story.untilSaid(['one', 'two', 'calling', 'fresh'])
  const messages = story.discord.messagesIn(channelId)
  expect(messages.map((message) => titlesOf(message).length)).toEqual([2, 1, 1])
  expect(messages.map((message) => message.mention_everyone)).toEqual([false, true, false])
  const saysWhen = messages.flatMap(({ embeds }) =>
    embeds.map(({ description }) => /<t:/.test(description ?? '')),
  )
  expect(saysWhen).toEqual([true, true, true, false])
})

it('one of a digest that is told anew gets a message of its own, which is edited from then on', async (t) => {
  const story = await outboxStory(t)
  const [one] = await story.queue(['one', 'two'], { agoS: 300 })
  await story.start()
  await story.untilSaid(['one', 'two'])
  if (!one) throw new Error('nothing was queued')
  await story.tellAnew(one, 'one again')
  await story.untilSaid(['one', 'two', 'one again'])
  await story.tellAnew(one, 'one fixed', 'resolved')
  await story.untilSaid(['one', 'two', 'one fixed'])
  expect(story.discord.messagesIn(channelId)).toHaveLength(2)
})
