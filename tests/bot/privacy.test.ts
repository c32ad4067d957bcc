import { expect, test } from 'vitest'
import type { DiscordMessage } from '../../sandbox/discord/wire.ts'
import { accountUrl, problem } from './_api.ts'
import { says, type Story, tellStory } from './_bot.ts'

const buttonsOf = ({ components }: DiscordMessage) =>
  components.flatMap(({ components: inner = [] }) => inner.map(({ custom_id, url }) => custom_id ?? url))

const privacy = ({ standIn }: Story, user: Story['alice'], subcommand: 'export' | 'forget') =>
  standIn.slash(user, 'privacy', {}, { subcommand })

/** The API as it answers somebody whom it forgets: afterwards it does not know them. */
function forgets({ api }: Story): void {
  api.script('DELETE', /^\/user\/data$/, () => {
    api.model.linked = false
    return { status: 204 }
  })
}

test('a copy is given out in the browser only: the command says where', async () => {
  const story = await tellStory()
  const reply = await says(await privacy(story, story.alice, 'export'), 'yours to download')
  expect(reply.content).toContain('choose **Download my data**')
  expect(buttonsOf(reply)).toEqual([accountUrl])
  await expect(await privacy(story, story.mei, 'export')).toSay('選擇 **下載我的資料**')
  expect(story.api.calls.filter(({ path }) => path.includes('export'))).toEqual([])
})

test('forgetting says first what goes and what stays, and does it when that is confirmed', async () => {
  const story = await tellStory()
  const { standIn, api, alice } = story
  forgets(story)
  const handle = await privacy(story, alice, 'forget')
  const asked = await says(handle, 'Shall I forget you?')
  expect(asked.content).toContain('**Goes:** the link of this Discord account')
  expect(asked.content).toContain('**Stays:** your entry in the directory')
  expect(buttonsOf(asked)).toEqual(['privacy:forget', 'privacy:keep'])
  expect(api.callsTo('DELETE', /data/)).toEqual([])

  const done = await says(await standIn.press(alice, handle, 'privacy:forget'), 'I’ve forgotten you')
  expect(done.components).toEqual([])
  const [call] = api.callsTo('DELETE', /^\/user\/data$/)
  expect(call?.headers).toMatchObject({
    'x-discord-user': alice.id,
    'idempotency-key': expect.stringMatching(/^\d+$/) as string,
  })
  await expect(await standIn.slash(alice, 'subscriptions')).toSay('I don’t know yet who you are')
})

test('nothing is deleted when the member thinks better of it', async () => {
  const story = await tellStory()
  const handle = await privacy(story, story.alice, 'forget')
  await handle.settled()
  const kept = await says(
    await story.standIn.press(story.alice, handle, 'privacy:keep'),
    'Nothing was deleted',
  )
  expect(kept.components).toEqual([])
  expect(story.api.callsTo('DELETE', /./)).toEqual([])
})

test('in Traditional Chinese', async () => {
  const story = await tellStory()
  forgets(story)
  const handle = await privacy(story, story.mei, 'forget')
  await expect(handle).toSay('要我忘記你嗎？')
  await expect(await story.standIn.press(story.mei, handle, 'privacy:forget')).toSay('我已經忘記你')
})

test('something on its way is waited for: which lists, and how to go on', async () => {
  const story = await tellStory()
  story.api.script(
    'DELETE',
    /data/,
    problem('CONFLICT', { reason: 'CHANGES_OPEN', lists: ['news', 'che*ss'] }),
  )
  const handle = await privacy(story, story.alice, 'forget')
  await handle.settled()
  const reply = await says(await story.standIn.press(story.alice, handle, 'privacy:forget'), 'Not yet')
  expect(reply.content).toContain(String.raw`(news, che\*ss)`)
  expect(reply.components).toEqual([])
  const command = story.standIn.commands.find(({ name }) => name === 'privacy')
  expect(reply.content).toContain(`</privacy forget:${command?.id}>`)
})

test('who is gone from the directory is told that all of it goes', async () => {
  const story = await tellStory()
  story.api.script('GET', /me/, problem('PERMISSION_DENIED', { reason: 'MEMBER_GONE' }))
  forgets(story)
  const handle = await privacy(story, story.alice, 'forget')
  await expect(handle).toSay('no longer in the directory, so everything goes')
  await expect(await story.standIn.press(story.alice, handle, 'privacy:forget')).toSay('I’ve forgotten you')
})

test('an account that is not linked has nothing to delete, and is not asked to link for it', async () => {
  const story = await tellStory()
  const handle = await privacy(story, story.alice, 'forget')
  await handle.settled()
  story.api.model.linked = false
  for (const reply of [
    await says(await privacy(story, story.alice, 'forget'), 'isn’t linked to anybody'),
    await says(await story.standIn.press(story.alice, handle, 'privacy:forget'), 'isn’t linked to anybody'),
  ])
    expect(reply.components).toEqual([])
})

test('with a link that no password stands for: where it goes on, in both languages', async () => {
  const story = await tellStory()
  story.api.script('DELETE', /data/, problem('PERMISSION_DENIED', { reason: 'LINK_NOT_ENOUGH' }), 2)
  for (const [user, words] of [
    [story.alice, 'Nothing was deleted'],
    [story.mei, '沒有刪除任何資料'],
  ] as const) {
    const handle = await privacy(story, user, 'forget')
    await handle.settled()
    const reply = await says(await story.standIn.press(user, handle, 'privacy:forget'), words)
    expect(buttonsOf(reply)).toEqual([`${accountUrl}/forget`])
  }
})
