import { type Interaction, MessageFlags, type RouteLike } from 'discord.js'
import { expect, test } from 'vitest'
import { alice, answering, applicationId, botFor, channelId, go, standInForTest } from './test-bot.ts'

type Body = Record<string, unknown>

const callbackOf = ({ id, token }: Interaction): RouteLike => `/interactions/${id}/${token}/callback`
const repliesOf = ({ token }: Interaction): RouteLike => `/webhooks/${applicationId}/${token}`
const originalOf = (interaction: Interaction): RouteLike => `${repliesOf(interaction)}/messages/@original`

/** Without discord.js in between, which knows some of Discord's rules itself. */
const post = ({ client }: Interaction, route: RouteLike, body: Body) =>
  client.rest.post(route, { auth: false, body })
const patch = ({ client }: Interaction, route: RouteLike, body: Body) =>
  client.rest.patch(route, { auth: false, body })
/** What came of it: the number of Discord's refusal, or nothing. */
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    (error: { code?: unknown }) => error.code,
  )

const row = (...components: object[]) => ({ type: 1, components })
const button = { type: 2, style: 1, custom_id: 'next', label: 'Next' }
const input = (customId: string) => ({
  type: 18,
  label: 'Code',
  component: { type: 4, custom_id: customId, style: 1 },
})
const modal = (components: object[]) => ({ type: 9, data: { custom_id: 'm', title: 'Code', components } })
const long = 'x'.repeat(2001)
const choice = { name: 'a', value: 'a' }

test.for<[what: string, kind: 'command' | 'button' | 'typing' | 'form', callback: Body, place: string]>([
  ['a command answered by choices', 'command', { type: 8, data: { choices: [choice] } }, 'type'],
  ['a command answered by an edit', 'command', { type: 7, data: { content: 'x' } }, 'type'],
  ['a command answered by a later edit', 'command', { type: 6 }, 'type'],
  ['what is typed answered by a message', 'typing', { type: 4, data: { content: 'x' } }, 'type'],
  ['a form answered by a form', 'form', modal([input('a')]), 'type'],
  ['a reply of 2,001 characters', 'command', { type: 4, data: { content: long } }, 'data.content'],
  [
    'a reply with one custom_id twice',
    'command',
    { type: 4, data: { content: 'x', components: [row(button, button)] } },
    'data.components',
  ],
  ['an edit of 2,001 characters', 'button', { type: 7, data: { content: long } }, 'data.content'],
  [
    'a choice with a value of 101 characters',
    'typing',
    { type: 8, data: { choices: [{ name: 'a', value: 'x'.repeat(101) }] } },
    'data.choices.0.value',
  ],
  [
    'a choice with a name of 101 characters',
    'typing',
    { type: 8, data: { choices: [{ name: 'x'.repeat(101), value: 'a' }] } },
    'data.choices.0.name',
  ],
  [
    'a form with six inputs',
    'command',
    modal(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => input(id))),
    'data.components',
  ],
  ['a form with one input twice', 'command', modal([input('a'), input('a')]), 'data.components'],
  [
    'a form with nothing to fill in',
    'command',
    modal([{ type: 10, content: 'Read this.' }]),
    'data.components',
  ],
  [
    'a form with a title of 46 characters',
    'command',
    { type: 9, data: { custom_id: 'm', title: 'x'.repeat(46), components: [input('a')] } },
    'data.title',
  ],
])('%s is refused and recorded', async ([, kind, callback, place]) => {
  const standIn = await standInForTest()
  const user = standIn.addUser(alice)
  const option = { type: 3, name: 'list', description: 'Its name', autocomplete: true }
  const codes: unknown[] = []
  await botFor(standIn, [{ ...go, options: [option] }], async (interaction) => {
    const isAsked =
      (kind === 'command' && interaction.isChatInputCommand()) ||
      (kind === 'button' && interaction.isButton()) ||
      (kind === 'typing' && interaction.isAutocomplete()) ||
      (kind === 'form' && interaction.isModalSubmit())
    if (isAsked) codes.push(await codeOf(post(interaction, callbackOf(interaction), callback)))
    if (interaction.isAutocomplete()) await interaction.respond([])
    else if (interaction.isModalSubmit()) await interaction.deferReply()
    else if (kind === 'form') await post(interaction, callbackOf(interaction), modal([input('a')]))
    else if (interaction.isRepliable()) {
      const data = { content: 'x', components: [row(button)] }
      await post(interaction, callbackOf(interaction), { type: 4, data })
    }
  })
  if (kind === 'typing') await standIn.autocomplete(user, 'go', 'list', 'n')
  else {
    const handle = await standIn.slash(user, 'go')
    if (kind === 'form') await standIn.submitModal(user, handle, { a: 'x' })
    else await handle.settled()
    if (kind === 'button') await standIn.press(user, handle, 'next')
  }
  await expect.poll(() => codes).toEqual([50_035])
  expect(standIn.violations[0]?.problems).toContainEqual(expect.stringMatching(new RegExp(`^${place}: `)))
})

test('what is edited, or said after an answer, keeps to the same limits', async () => {
  const codes: unknown[] = []
  const { standIn, user } = await answering(async (interaction) => {
    await post(interaction, callbackOf(interaction), { type: 4, data: { content: 'first' } })
    codes.push(await codeOf(patch(interaction, originalOf(interaction), { content: long })))
    codes.push(await codeOf(post(interaction, repliesOf(interaction), { content: long })))
  })
  const handle = await standIn.slash(user, 'go')
  await expect.poll(() => codes).toEqual([50_035, 50_035])
  expect([handle.reply?.content, handle.followUps]).toEqual(['first', []])
})

test('an interaction edits its own answers, as long as they are there, and nobody else’s', async () => {
  const codes: unknown[] = []
  const edit = { content: 'edited' }
  let others = ''
  const { standIn, user } = await answering(async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    await interaction.reply('first')
    const { id } = await interaction.followUp('second')
    if (others === '') return void (others = id)
    const other = `/webhooks/200000000000000009/${interaction.token}/messages/@original` as const
    codes.push(await codeOf(patch(interaction, `${repliesOf(interaction)}/messages/${id}`, edit)))
    codes.push(await codeOf(patch(interaction, `${repliesOf(interaction)}/messages/${others}`, edit)))
    codes.push(await codeOf(patch(interaction, other, edit)))
    await interaction.deleteReply()
    codes.push(await codeOf(patch(interaction, originalOf(interaction), edit)))
  })
  const first = await standIn.slash(user, 'go')
  await expect.poll(() => others).not.toBe('')
  await standIn.slash(user, 'go')
  await expect.poll(() => codes).toEqual([undefined, 10_008, 10_015, 10_008])
  expect(first.followUps.map(({ content }) => content)).toEqual(['second'])
})

test('what is ephemeral is seen by one person alone, and what is not can’t become so later', async () => {
  const codes: unknown[] = []
  const { standIn, user } = await answering(async (interaction) => {
    await post(interaction, callbackOf(interaction), { type: 4, data: { content: 'open' } })
    await patch(interaction, originalOf(interaction), { flags: MessageFlags.Ephemeral })
    const said = (await post(interaction, repliesOf(interaction), {
      content: 'a word in private',
      flags: MessageFlags.Ephemeral,
    })) as { id: string }
    const path = `/channels/${channelId}/messages/${said.id}` as const
    codes.push(await codeOf(interaction.client.rest.patch(path, { body: { content: 'for all' } })))
    codes.push(await codeOf(interaction.client.rest.get(path)))
  })
  const handle = await standIn.slash(user, 'go')
  await expect.poll(() => codes).toEqual([10_008, 10_008])
  expect(handle.reply?.flags).toBe(0)
  expect(handle.followUps).toMatchObject([
    { content: 'a word in private', flags: MessageFlags.Ephemeral as number },
  ])
  expect(standIn.messagesIn(channelId).map(({ content }) => content)).toEqual(['open'])
})
