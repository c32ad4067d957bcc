import {
  ActionRowBuilder,
  ApplicationCommandOptionType,
  ButtonBuilder,
  ButtonStyle,
  type Interaction,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js'
import { expect, onTestFinished, test } from 'vitest'
import { watch } from '../../sandbox/prompt/watch.ts'
import { atThePrompt } from './_prompt.ts'
import { roleId } from './discord/test-bot.ts'

const go = { name: 'go', description: 'Go' }

const buttons = (...parts: ButtonBuilder[]) => new ActionRowBuilder<ButtonBuilder>().addComponents(...parts)
const button = (customId: string, label: string) =>
  new ButtonBuilder().setCustomId(customId).setLabel(label).setStyle(ButtonStyle.Primary)

/** Replies to a command with this, and to what is pressed with its name and whose press it was. */
const replying = (reply: () => object) => async (interaction: Interaction) => {
  if (interaction.isChatInputCommand()) await interaction.reply(reply() as { content: string })
  if (interaction.isButton())
    await interaction.reply(`${interaction.user.username} pressed ${interaction.customId}`)
  if (interaction.isStringSelectMenu())
    await interaction.reply(`chosen: ${interaction.values.join(' ') || 'nothing'}.`)
}

test('after `dms` a click is meant for the newest direct message, until somebody else sits there', async () => {
  const { client, session, type } = await atThePrompt(
    [go],
    replying(() => ({ content: 'Go where?', components: [buttons(button('here', 'Here'))] })),
  )
  await type('as alice')
  await type('/go')
  await client.users.send(session.me?.id ?? '', {
    content: 'May Bob have it?',
    components: [buttons(button('yes', 'Yes'))],
  })
  expect(await type('dms')).toContain('May Bob have it?')
  expect(await type('click 1')).toContain('alice pressed yes')

  await type('dms')
  await type('as bob')
  expect(await type('click 1')).toContain('There is no message yet')
  await type('/go')
  expect(await type('click 1')).toContain('bob pressed here')
})

test('whoever sits there again has in front of them what they had', async () => {
  const { type } = await atThePrompt(
    [go],
    replying(() => ({ content: 'Go where?', components: [buttons(button('here', 'Here'))] })),
  )
  await type('as alice')
  await type('/go')
  await type('as bob')
  expect(await type('click 1')).toContain('There is no message yet')
  await type('as alice')
  expect(await type('click 1')).toContain('alice pressed here')
})

test('an option with nothing behind it, and a channel that is not there, are named', async () => {
  const { type } = await atThePrompt(
    [
      {
        ...go,
        options: [
          { name: 'where', description: 'Where', type: ApplicationCommandOptionType.String as const },
        ],
      },
    ],
    replying(() => ({ content: 'Gone.' })),
  )
  expect(await type('/go where:')).toContain('type something behind where:')
  expect(await type('/go where:home')).toContain('Gone.')
  expect(await type('channel alerts')).toContain('There is no channel #alerts')
})

const menuOfLists = (least: number) =>
  new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(
    new StringSelectMenuBuilder()
      .setCustomId('lists')
      .setMinValues(least)
      .setMaxValues(2)
      .addOptions(['news', 'jobs'].map((name) => ({ label: name, value: name, default: name === 'news' }))),
  )

test('`select` alone chooses nothing away; `select none` does, if one means it', async () => {
  const { type } = await atThePrompt(
    [go],
    replying(() => ({ components: [menuOfLists(0)] })),
  )
  await type('/go')
  expect(await type('select')).toMatch(/✘ .*`?select \+jobs -news`?.*select none/s)
  expect(await type('select ,')).toMatch(/✘ .*select none/s)
  expect(await type('select +jobs')).toContain('chosen: news jobs.')
  await type('/go')
  expect(await type('select none')).toContain('chosen: nothing.')
})

test('an option takes a role, or whoever can be mentioned, by name', async () => {
  const commands = [
    {
      ...go,
      options: [
        { type: ApplicationCommandOptionType.Role, name: 'role', description: 'Role' },
        { type: ApplicationCommandOptionType.Mentionable, name: 'mention', description: 'Mention' },
      ],
    },
  ]
  const { type, discord } = await atThePrompt(commands, async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    const role = interaction.options.getRole('role')?.name ?? 'no role'
    const mentioned = interaction.options.getMentionable('mention')
    const what = mentioned === null ? 'nobody' : 'user' in mentioned ? mentioned.user.username : mentioned
    await interaction.reply(`role ${role}, mention ${typeof what === 'string' ? what : 'role'}`)
  })
  await type('as alice')
  expect(await type('/go role:@verified mention:@alice')).toContain('role verified, mention alice')
  expect(await type('/go role:verified mention:@Verified')).toContain('role verified, mention role')
  const everyone = discord.roles.find(({ name }) => name === '@everyone')?.id ?? ''
  expect(await type(`/go role:${everyone}`)).toContain('role @everyone')
  expect(await type('/go mention:@everyone')).toContain('mention role')
  expect(await type('/go role:@nobody')).toMatch(/✘ There is no role @nobody; there are .*@verified/)
  expect(await type('/go mention:@carol')).toMatch(/✘ .*carol.*as carol/)
})

test('a later reply to somebody else is shown under their name', async () => {
  const later = Promise.withResolvers<void>()
  const { type, session, shown } = await atThePrompt([go], async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    await interaction.reply({ content: '⏳ Soon', flags: MessageFlags.Ephemeral })
    await later.promise
    await interaction.editReply('✅ Done')
  })
  onTestFinished(watch(session))
  await type('as carol')
  expect(await type('/go')).toContain('guildpost only you can see this')
  await type('as alice')
  later.resolve()
  await expect.poll(shown).toMatch(/guildpost only carol can see this \(edited\)\n.*✅ Done/)
})

test('what everybody sees is not said to be for one alone when it is edited', async () => {
  const later = Promise.withResolvers<void>()
  const { type, session, shown } = await atThePrompt([go], async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    await interaction.reply('⏳ Soon')
    await later.promise
    await interaction.editReply('✅ Done')
  })
  onTestFinished(watch(session))
  await type('/go')
  later.resolve()
  await expect.poll(shown).toMatch(/✅ Done/)
  expect(shown()).not.toContain('can see this')
})

test('a button that is greyed out is named by its label', async () => {
  const { type } = await atThePrompt(
    [go],
    replying(() => ({
      content: 'Page 1',
      components: [buttons(button('page:0', 'Previous').setDisabled(true))],
    })),
  )
  await type('/go')
  expect(await type('click 1')).toMatch(/✘ “Previous” .*greyed out/)
  expect(await type('click prev')).not.toContain('page:0')
})

test('a window names what it asks for, and stays until that is typed', async () => {
  const modal = new ModalBuilder()
    .setCustomId('delete')
    .setTitle('Delete news?')
    .addLabelComponents(
      new LabelBuilder()
        .setLabel('The list’s name, once more')
        .setTextInputComponent(
          new TextInputBuilder().setCustomId('name').setStyle(TextInputStyle.Short).setMinLength(4),
        ),
    )
  const { type } = await atThePrompt([go], async (interaction) => {
    if (interaction.isChatInputCommand()) await interaction.showModal(modal)
    if (interaction.isModalSubmit())
      await interaction.reply(`typed: ${interaction.fields.getTextInputValue('name')}`)
  })
  const window = await type('/go')
  expect(window).toContain('Delete news?')
  expect(window).toContain('The list’s name, once more: ________')
  expect(await type('type new')).toContain('✘')
  expect(await type('type news')).toContain('typed: news')
})

test('one speaks a language that Discord has, and stays who one is', async () => {
  const { type, session, discord } = await atThePrompt([go], async () => {})
  expect(await type('as bob xx')).toMatch(/✘ Discord has no language “xx”.*en-US.*zh-TW/s)
  expect(session.me).toBeNull()
  await type('as bob')
  const { id = '' } = session.me ?? {}
  discord.setRoles(id, [roleId])
  await type('as bob zh-tw')
  expect(session.me).toMatchObject({ id, username: 'bob', locale: 'zh-TW' })
  expect(discord.rolesOf(id)).toEqual([roleId])
})

test('help names the parts of a command, also those that have parts themselves', async () => {
  const part = { description: 'Part', type: ApplicationCommandOptionType.Subcommand }
  const rule = {
    name: 'rule',
    description: 'Rules',
    type: ApplicationCommandOptionType.SubcommandGroup,
    options: [
      { ...part, name: 'add' },
      { ...part, name: 'list' },
    ],
  }
  const { type } = await atThePrompt(
    [{ name: 'notices', description: 'Notices', options: [rule, { ...part, name: 'allow' }] }],
    async () => {},
  )
  expect(await type('help')).toMatch(/^ +\/notices rule allow +Notices$/m)
})
