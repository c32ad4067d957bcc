import { MessageFlags } from 'discord.js'
import { expect, test } from 'vitest'
import type { DiscordStandIn } from '../../../sandbox/discord/stand-in.ts'
import {
  alice,
  answering,
  applicationId,
  botFor,
  channelId,
  createClock,
  go,
  standInForTest,
} from './test-bot.ts'

/** The promise that `interaction` settles with, whatever happens, for tests about refusals. */
function refusalOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

test('a deferred answer is seen as thinking, then as what it was edited to, and stays ephemeral', async () => {
  const { promise: mayAnswer, resolve: letAnswer } = Promise.withResolvers<void>()
  const { standIn, user } = await answering(async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    await interaction.deferReply({ flags: MessageFlags.Ephemeral })
    await mayAnswer
    await interaction.editReply({ content: `hello ${interaction.user.username} in ${interaction.locale}` })
    await interaction.editReply({ content: 'done' })
  })
  const handle = await standIn.slash(user, 'go')
  await expect.poll(() => handle.deferred).toBe(true)
  expect(handle.history).toEqual([])
  expect(handle.reply?.flags).toBe(MessageFlags.Ephemeral | MessageFlags.Loading)
  letAnswer()
  expect((await handle.settled()).content).toBe('hello alice in zh-TW')
  const done = await handle.until(({ content }) => content === 'done')
  expect(done.flags).toBe(MessageFlags.Ephemeral)
  expect(handle.ephemeral).toBe(true)
  expect(handle.history.map(({ content }) => content)).toEqual(['hello alice in zh-TW', 'done'])
  expect(handle.acknowledgedAfterMs).toBeLessThan(3000)
  expect(standIn.messagesIn(done.channel_id)).toEqual([])
  expect(standIn.violations).toEqual([])
})

test('options arrive with their types, and a user option with the user', async () => {
  const standIn = await standInForTest()
  const user = standIn.addUser(alice)
  const other = standIn.addUser({ id: '600000000000000002', username: 'bob' })
  const command = {
    ...go,
    options: [
      {
        type: 1,
        name: 'there',
        description: 'There',
        options: [
          { type: 3, name: 'text', description: 'Text' },
          { type: 4, name: 'count', description: 'Count' },
          { type: 5, name: 'yes', description: 'Yes' },
          { type: 6, name: 'who', description: 'Who' },
        ],
      },
    ],
  }
  await botFor(standIn, [command], async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    const { options } = interaction
    await interaction.reply(
      [
        options.getSubcommand(),
        options.getString('text'),
        options.getInteger('count'),
        options.getBoolean('yes'),
        options.getUser('who')?.username,
      ].join(' '),
    )
  })
  const values = { text: 'a', count: 2, yes: true, who: other.id }
  const handle = await standIn.slash(user, 'go', values, { subcommand: 'there' })
  expect((await handle.settled()).content).toBe('there a 2 true bob')
})

test('autocomplete offers what the bot answers, and too many choices are refused', async () => {
  const standIn = await standInForTest()
  const user = standIn.addUser(alice)
  const option = { type: 3, name: 'list', description: 'Its name', autocomplete: true, required: true }
  const { failures } = await botFor(standIn, [{ ...go, options: [option] }], async (interaction) => {
    if (!interaction.isAutocomplete()) return
    const typed = interaction.options.getFocused()
    const count = typed === 'many' ? 26 : 2
    const choices = Array.from({ length: count }, (_, i) => ({ name: `${typed}${i}`, value: `${i}` }))
    try {
      await interaction.respond(choices)
    } catch (error) {
      await interaction.respond([])
      throw error
    }
  })
  expect(await standIn.autocomplete(user, 'go', 'list', 'ne')).toEqual([
    { name: 'ne0', value: '0' },
    { name: 'ne1', value: '1' },
  ])
  expect(await standIn.autocomplete(user, 'go', 'list', 'many')).toEqual([])
  await expect.poll(() => failures).toMatchObject([{ code: 50_035 }])
  expect(standIn.violations[0]?.problems).toEqual(['data.choices: Must be 25 or fewer in length.'])
})

test('what is offered after three seconds is too late', async () => {
  const clock = createClock()
  const standIn = await standInForTest({ now: clock.now })
  const user = standIn.addUser(alice)
  const option = { type: 3, name: 'list', description: 'Its name', autocomplete: true }
  const { promise: isAsked, resolve: asked } = Promise.withResolvers<void>()
  const { promise: isLate, resolve: makeLate } = Promise.withResolvers<void>()
  const { failures } = await botFor(standIn, [{ ...go, options: [option] }], async (interaction) => {
    asked()
    await isLate
    if (interaction.isAutocomplete()) await interaction.respond([])
  })
  const offered = refusalOf(standIn.autocomplete(user, 'go', 'list', 'ne'))
  await isAsked
  clock.advance(3001)
  makeLate()
  await expect.poll(() => failures).toMatchObject([{ status: 404, code: 10_062 }])
  expect(String(await offered)).toContain('nothing within 3 seconds')
})

test('an answer that came in time counts, however long Discord takes with it', async () => {
  const discord: { at?: DiscordStandIn } = {}
  const isThere = () => (discord.at?.messagesIn(channelId).length ?? 0) > 0
  const { standIn, user } = await answering(
    async (interaction) => {
      if (interaction.isChatInputCommand()) await interaction.reply('just in time')
    },
    () => Date.UTC(2026, 0, 2) + (isThere() ? 3001 : 0),
  )
  discord.at = standIn
  const handle = await standIn.slash(user, 'go')
  expect((await handle.settled()).content).toBe('just in time')
})

test('an answer that is refused is none: another one may follow', async () => {
  const { standIn, user, failures } = await answering(async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    try {
      await interaction.reply(' ')
    } catch (error) {
      await interaction.reply('something to read')
      throw error
    }
  })
  const handle = await standIn.slash(user, 'go')
  expect((await handle.settled()).content).toBe('something to read')
  await expect.poll(() => failures).toMatchObject([{ code: 50_006 }])
})

test('an answer after three seconds is too late', async () => {
  const clock = createClock()
  const { promise: isLate, resolve: makeLate } = Promise.withResolvers<void>()
  const { standIn, user, failures } = await answering(async (interaction) => {
    await isLate
    if (interaction.isChatInputCommand()) await interaction.reply('sorry')
  }, clock.now)
  const handle = await standIn.slash(user, 'go')
  clock.advance(3000)
  expect(handle.error).toBeUndefined()
  clock.advance(1)
  await expect(handle.settled()).rejects.toThrow('The application did not respond')
  makeLate()
  await expect.poll(() => failures).toMatchObject([{ status: 404, code: 10_062 }])
})

test('a second acknowledgement is refused, and editing before the first', async () => {
  const outcomes: unknown[] = []
  const { standIn, user } = await answering(async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    const { id, token, client } = interaction
    const callback = { auth: false, body: { type: 4, data: { content: 'hi' } } }
    const edit = { auth: false, body: { content: 'edited' } }
    outcomes.push(
      await refusalOf(client.rest.patch(`/webhooks/${applicationId}/${token}/messages/@original`, edit)),
    )
    outcomes.push(await refusalOf(client.rest.post(`/interactions/${id}/${token}/callback`, callback)))
    outcomes.push(await refusalOf(client.rest.post(`/interactions/${id}/${token}/callback`, callback)))
  })
  const handle = await standIn.slash(user, 'go')
  await handle.settled()
  await expect.poll(() => outcomes).toMatchObject([{ code: 10_015 }, undefined, { code: 40_060 }])
})

test('after fifteen minutes an interaction cannot be edited any more', async () => {
  const clock = createClock()
  const { promise: isLate, resolve: makeLate } = Promise.withResolvers<void>()
  const { standIn, user, client, failures } = await answering(async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    await interaction.deferReply()
    await isLate
    await interaction.editReply('at last')
  }, clock.now)
  const handle = await standIn.slash(user, 'go')
  await expect.poll(() => handle.deferred).toBe(true)
  clock.advance(15 * 60_000 + 1)
  expect(handle.error).toContain('The application did not respond')
  makeLate()
  await expect.poll(() => failures).toMatchObject([{ status: 401, code: 50_027 }])
  // The token of the interaction was refused, not the bot's: its other calls still work.
  expect((await client.users.fetch(user.id, { force: true })).username).toBe('alice')
})

test('deferring takes no flag but ephemeral, and the first follow-up replaces thinking', async () => {
  const outcomes: unknown[] = []
  const { standIn, user } = await answering(async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    const flags = MessageFlags.SuppressEmbeds as number
    const body = { type: 5, data: { flags } }
    const path = `/interactions/${interaction.id}/${interaction.token}/callback` as const
    outcomes.push(await refusalOf(interaction.client.rest.post(path, { auth: false, body })))
    await interaction.deferReply()
    await interaction.followUp({ content: 'here', flags: MessageFlags.Ephemeral })
  })
  const handle = await standIn.slash(user, 'go')
  const reply = await handle.settled()
  expect(outcomes).toMatchObject([{ code: 50_035 }])
  expect(reply.flags).toBe(0)
  expect(handle.followUps).toEqual([])
  expect(standIn.violations.map(({ problems }) => problems)).toEqual([
    ['data.flags: Only EPHEMERAL may be set when deferring.'],
  ])
})

test('waiting in vain says what was seen instead', async () => {
  const { standIn, user } = await answering(async (interaction) => {
    if (interaction.isChatInputCommand()) await interaction.reply('something else')
  })
  const handle = await standIn.slash(user, 'go')
  await handle.settled()
  await expect(handle.until(({ content }) => content === 'done', 30)).rejects.toThrow(
    'the reply is "something else"',
  )
})
