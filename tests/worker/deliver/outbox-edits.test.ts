import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { Routes } from 'discord-api-types/v10'
import { channelId, outboxStory, type Queued } from './_outbox.ts'

const only = ([one, ...more]: Queued[]): Queued => {
  if (!one || more.length > 0) throw new Error('one notice was expected')
  return one
}

const deleteMessage = (discordUrl: string, id: string) =>
  fetch(`${discordUrl}/v10${Routes.channelMessage(channelId, id)}`, {
    method: 'DELETE',
    headers: { authorization: 'Bot a.token.for-tests' },
  })

it('a topic is one message, edited as it changes, and calls people with the first words only', async (t) => {
  const story = await outboxStory(t)
  const topic = only(await story.queue(['broken'], { mention: 'here' }))
  await story.start()
  await story.untilSaid(['broken'])
  const [first] = story.discord.messagesIn(channelId)
  expect(first).toMatchObject({ content: '@here', mention_everyone: true })
  await story.tellAnew(topic, 'still broken')
  await story.untilSaid(['still broken'])
  await story.tellAnew(topic, 'fixed', 'resolved')
  await story.untilSaid(['fixed'])
  expect(story.discord.messagesIn(channelId).map(({ id }) => id)).toEqual([first?.id])
})

it('a message that somebody deleted is posted anew, and calls nobody again', async (t) => {
  const story = await outboxStory(t)
  const topic = only(await story.queue(['broken'], { mention: 'here' }))
  await story.start()
  await story.untilSaid(['broken'])
  const [first] = story.discord.messagesIn(channelId)
  await deleteMessage(story.discord.url, first?.id ?? '')
  await story.tellAnew(topic, 'still broken')
  await story.untilSaid(['still broken'])
  expect(story.discord.messagesIn(channelId)).toMatchObject([{ content: '', mention_everyone: false }])
})

it('one that somebody deletes right after it was found again is posted anew', async (t) => {
  const story = await outboxStory(t)
  story.script({ answer: { status: 500, afterAccepting: true }, times: 2 })
  const topic = only(await story.queue(['broken']))
  await story.start({
    findMessage: async (...sought) => {
      const found = await story.rest.findMessage(...sought)
      for (const { id } of story.discord.messagesIn(channelId)) await deleteMessage(story.discord.url, id)
      return found
    },
  })
  await story.untilItRests()
  await story.tellAnew(topic, 'still broken')
  // Discord still knows the nonce of the first time.
  await rows(story.db, `update notice set doubtful_since = doubtful_since - interval '2 minutes'`)
  await story.endRest()
  await story.untilSaid(['still broken'])
  await expect.poll(() => story.states()).toEqual(['sent'])
})

it('nobody is called for what is over by the time that it is told', async (t) => {
  const story = await outboxStory(t)
  const topic = only(await story.queue(['broken'], { mention: 'here' }))
  await story.tellAnew(topic, 'fixed', 'resolved')
  await story.start()
  await story.untilSaid(['fixed'])
  expect(story.discord.messagesIn(channelId)).toMatchObject([{ content: '', mention_everyone: false }])
})

it('nor for what is not critical any more', async (t) => {
  const story = await outboxStory(t)
  const topic = only(await story.queue(['broken'], { mention: 'here' }))
  await rows(story.db, `update topic set severity = 'warning' where id = :topicId`, topic)
  await story.start()
  await story.untilSaid(['broken'])
  expect(story.discord.messagesIn(channelId)).toMatchObject([{ content: '', mention_everyone: false }])
})

it('an edit that waits for its time holds up nothing, and is told in its time', async (t) => {
  const story = await outboxStory(t)
  const topic = only(await story.queue(['one']))
  await story.start()
  await story.untilSaid(['one'])
  await story.tellAnew(topic, 'one, edited', 'open', 3600)
  await story.queue(['two'])
  await story.untilSaid(['one', 'two'])
  await rows(story.db, `update notice set due_at = now() where topic_id = :topicId`, topic)
  await story.wake()
  await story.untilSaid(['one, edited', 'two'])
  expect(story.discord.messagesIn(channelId)).toHaveLength(2)
})

it('edits of old messages that Discord minds hold up nothing', async (t) => {
  const story = await outboxStory(t)
  const topic = only(await story.queue(['one']))
  await story.start()
  await story.untilSaid(['one'])
  story.script({
    method: 'PATCH',
    path: /\/messages\/\d+$/,
    answer: { status: 429, body: { code: 30_046, message: 'Maximum number of edits reached' } },
  })
  story.script({
    method: 'PATCH',
    path: /\/messages\/\d+$/,
    answer: { status: 400, body: { code: 30_046, message: 'Maximum number of edits reached' } },
  })
  await story.tellAnew(topic, 'one, edited')
  await story.queue(['two'])
  await story.untilSaid(['one', 'two'])
  expect(story.discord.messagesIn(channelId)).toHaveLength(2)
})

it('what nobody keeps any more is not told', async (t) => {
  const story = await outboxStory(t)
  const topic = only(await story.queue(['one']))
  await story.queue(['two'])
  await rows(story.db, 'delete from topic where id = :topicId', topic)
  await story.start()
  await story.untilSaid(['two'])
  await expect.poll(() => story.states()).toEqual(['failed', 'sent'])
})

it.for([
  ['as it was', null],
  ['in other words, after so long that its nonce is forgotten', 'two, fixed'],
] as const)(
  'a worker that is killed in the middle: the next one goes on, and tells nothing twice: %s',
  async ([, anew], t) => {
    const story = await outboxStory(t)
    const titles = ['one', 'two', 'three', 'four']
    story.script({ answer: {}, times: 1 })
    // It is taken, and the worker never hears of it.
    story.script({ answer: { instead: 'silence', afterAccepting: true } })
    const killed = await story.startProcess()
    const [, second] = await story.queue(titles)
    await story.untilSaid(['one', 'two'])
    killed.signal('SIGKILL')
    await killed.ended
    if (anew !== null && second) {
      await story.doubtLonger()
      await story.tellAnew(second, anew)
    }
    await story.start()
    await rows(story.db, `update destination set lease_until = now() where lease_until > now()`)
    await story.wake()
    await story.untilSaid(['one', anew ?? 'two', 'three', 'four'])
    await expect.poll(() => story.states()).not.toContain('queued')
    expect(story.said()).toEqual(['one', anew ?? 'two', 'three', 'four'])
  },
)

it('two workers side by side tell everything once, each channel in order', async (t) => {
  const story = await outboxStory(t)
  const titles = Array.from({ length: 8 }, (_, at) => `notice ${at + 1}`)
  await Promise.all([story.start(), story.start()])
  for (const title of titles) {
    await story.queue([title])
    await story.queue([`other ${title}`], { to: '400000000000000003' })
  }
  await story.untilSaid(titles)
  await story.untilSaid(
    titles.map((title) => `other ${title}`),
    '400000000000000003',
  )
  await expect.poll(() => story.states()).not.toContain('queued')
})
