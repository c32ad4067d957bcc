import { expect, it, type TestContext } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { readOutbox } from '../../../domain/store/outbox/dead-letters.ts'
import { channelId, otherChannelId, outboxStory } from './_outbox.ts'

const threadId = '410000000000000001'
const guildId = '300000000000000001'
const manageThreads = 1n << 34n
const whatToDo =
  'The thread is locked: unlock it, give the bot “Manage Threads” there, or choose another channel.'

/** An outbox whose notices go to a thread, and the alerts of guildpost itself to a channel. */
async function threadStory(t: TestContext, how: { archived?: boolean; locked?: boolean } = {}) {
  const story = await outboxStory(t, {
    threads: [{ id: threadId, name: 'deployments', parentId: channelId, ...how }],
  })
  return {
    ...story,
    start: () => story.start({}, { DISCORD_ALERT_CHANNEL_ID: otherChannelId, ALERT_AFTER_S: '1' }),
    queue: (titles: readonly string[]) => story.queue(titles, { to: threadId }),
    said: () => story.said(threadId),
    untilSaid: (titles: readonly string[]) => story.untilSaid(titles, threadId),
    /** Of the notices for the thread, in order. */
    states: async () => {
      const found = await rows<{ state: string }>(
        story.db,
        'select state from notice where destination_id = :threadId order by position',
        { threadId },
      )
      return found.map(({ state }) => state)
    },
    thread: () => story.discord.threadOf(threadId),
    /** What a moderator does to it. */
    moderate: (edit: { archived?: boolean; locked?: boolean }) => story.discord.editThread(threadId, edit),
    alerts: () => story.discord.messagesIn(otherChannelId).map(({ content }) => content),
  }
}

it('a notice for an archived thread opens it', async (t) => {
  const story = await threadStory(t, { archived: true })
  await story.queue(['deployed'])
  await story.start()
  await story.untilSaid(['deployed'])
  expect(story.thread()).toEqual({ archived: false, locked: false })
  await expect.poll(story.states).toEqual(['sent'])
})

it('a notice in a thread that was archived since is edited, not told a second time', async (t) => {
  const story = await threadStory(t)
  const [topic] = await story.queue(['broken'])
  if (!topic) throw new Error('nothing was queued')
  await story.start()
  await story.untilSaid(['broken'])
  story.moderate({ archived: true })
  await story.tellAnew(topic, 'still broken')
  await story.untilSaid(['still broken'])
  expect(story.thread()).toEqual({ archived: false, locked: false })
  story.moderate({ archived: true })
  await story.tellAnew(topic, 'fixed', 'resolved')
  await story.untilSaid(['fixed'])
  await expect.poll(story.states).toEqual(['sent'])
})

it('a thread that the bot may not open by itself is opened by the message, posted anew', async (t) => {
  const story = await threadStory(t)
  const [topic] = await story.queue(['broken'])
  if (!topic) throw new Error('nothing was queued')
  await story.start()
  await story.untilSaid(['broken'])
  story.moderate({ archived: true })
  story.script({
    method: 'PATCH',
    path: new RegExp(`^/channels/${threadId}$`),
    answer: { status: 403, body: { code: 50_013, message: 'Missing Permissions' } },
  })
  await story.tellAnew(topic, 'still broken')
  await story.untilSaid(['broken', 'still broken'])
  await story.tellAnew(topic, 'fixed', 'resolved')
  await story.untilSaid(['broken', 'fixed'])
  await expect.poll(story.states).toEqual(['sent'])
})

it('while Discord opens no thread the edit waits, and is made once', async (t) => {
  const story = await threadStory(t)
  const [topic] = await story.queue(['broken'])
  if (!topic) throw new Error('nothing was queued')
  await story.start()
  await story.untilSaid(['broken'])
  story.moderate({ archived: true })
  const end = story.script({
    method: 'PATCH',
    path: new RegExp(`^/channels/${threadId}$`),
    times: Infinity,
    answer: { status: 503 },
  })
  await story.tellAnew(topic, 'fixed', 'resolved')
  await story.untilItRests()
  expect(story.said()).toEqual(['broken'])
  end()
  await story.endRest()
  await story.untilSaid(['fixed'])
  await expect.poll(story.states).toEqual(['sent'])
})

it.for([
  ['open', { locked: true }],
  ['archived', { locked: true, archived: true }],
] as const)(
  'in a locked thread that is %s everything waits, admins read what to do, and it goes on by itself',
  async ([, how], t) => {
    const story = await threadStory(t)
    const [topic] = await story.queue(['broken'])
    if (!topic) throw new Error('nothing was queued')
    await story.start()
    await story.untilSaid(['broken'])
    story.moderate(how)
    await story.tellAnew(topic, 'fixed', 'resolved')
    await story.queue(['deployed'])
    await story.untilItRests()
    await expect.poll(story.alerts, { timeout: 20_000 }).toContainEqual(expect.stringContaining(whatToDo))
    expect(story.said()).toEqual(['broken'])
    expect(await story.states()).toEqual(['queued', 'queued'])
    story.moderate({ locked: false })
    await story.endRest()
    await story.untilSaid(['fixed', 'deployed'])
    await expect.poll(story.states).toEqual(['sent', 'sent'])
  },
)

it('what a locked thread has refused for days is a dead letter that says what to do', async (t) => {
  const story = await threadStory(t, { locked: true, archived: true })
  await story.queue(['deployed'])
  await story.start()
  await story.untilItRests()
  await rows(
    story.db,
    `update notice set body = body || jsonb_build_object('refusedSince', now() - interval '4 days') where destination_id = :threadId`,
    { threadId },
  )
  await story.endRest()
  const page = { limit: 10, after: null, state: 'failed' } as const
  await expect
    .poll(async () => (await readOutbox(story.db, page)).items)
    .toMatchObject([{ to: { kind: 'channel', id: threadId }, error: whatToDo, canResend: true }])
})

it('a bot that manages threads tells and edits in locked ones', async (t) => {
  const story = await threadStory(t, { locked: true, archived: true })
  const held = BigInt(story.discord.roles.find(({ id }) => id === guildId)?.permissions ?? 0)
  story.discord.editRole(guildId, { permissions: String(held | manageThreads) })
  const [topic] = await story.queue(['broken'])
  if (!topic) throw new Error('nothing was queued')
  await story.start()
  await story.untilSaid(['broken'])
  story.moderate({ archived: true })
  await story.tellAnew(topic, 'fixed', 'resolved')
  await story.untilSaid(['fixed'])
  expect(story.thread()).toEqual({ archived: false, locked: true })
})
