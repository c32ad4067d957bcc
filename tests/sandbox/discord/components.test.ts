import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  MessageFlags,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js'
import { expect, test } from 'vitest'
import { answering } from './test-bot.ts'

function button(customId: string, label: string) {
  return new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder().setCustomId(customId).setLabel(label).setStyle(ButtonStyle.Primary),
  )
}

test('a button updates its own message, at once or after deferring', async () => {
  const { standIn, user } = await answering(async (interaction) => {
    if (interaction.isChatInputCommand())
      await interaction.reply({
        content: 'one',
        components: [button('two', 'Two')],
        flags: MessageFlags.Ephemeral,
      })
    if (interaction.isButton() && interaction.customId === 'two')
      await interaction.update({ content: 'two', components: [button('three', 'Three')] })
    if (interaction.isButton() && interaction.customId === 'three') {
      await interaction.deferUpdate()
      await interaction.editReply({ content: 'three', components: [] })
      await interaction.followUp({ content: 'by the way', flags: MessageFlags.Ephemeral })
    }
  })
  const first = await standIn.slash(user, 'go')
  await first.settled()
  const second = await standIn.press(user, first, 'two')
  expect((await second.settled()).content).toBe('two')
  await expect(standIn.press(user, first, 'two')).rejects.toThrow('no component "two" (three)')
  const third = await standIn.press(user, second, 'three')
  expect((await third.settled()).content).toBe('three')
  await expect.poll(() => third.followUps.map(({ content }) => content)).toEqual(['by the way'])
  expect(first.history.map(({ content }) => content)).toEqual(['one', 'two', 'three'])
  expect(third.history.map(({ content }) => content)).toEqual(['three'])
  expect(third.ephemeral).toBe(true)
  expect(standIn.violations).toEqual([])
  const bob = standIn.addUser({ id: '600000000000000002', username: 'bob' })
  await expect(standIn.press(bob, first, 'two')).rejects.toThrow('bob cannot see that message')
})

test('a button that is disabled can’t be pressed', async () => {
  const disabled = new ButtonBuilder().setCustomId('two').setLabel('Two').setStyle(ButtonStyle.Primary)
  const { standIn, user } = await answering(async (interaction) => {
    if (interaction.isChatInputCommand())
      await interaction.reply({
        components: [new ActionRowBuilder<ButtonBuilder>().addComponents(disabled.setDisabled(true))],
      })
  })
  const shown = await standIn.slash(user, 'go')
  await shown.settled()
  await expect(standIn.press(user, shown, 'two')).rejects.toThrow('"two" is disabled')
})

test('a select menu sends what was chosen, and only what it offers', async () => {
  const menu = new StringSelectMenuBuilder()
    .setCustomId('lists')
    .setMinValues(0)
    .setMaxValues(2)
    .addOptions(['news', 'jobs', 'staff'].map((name) => ({ label: name, value: name })))
  const { standIn, user } = await answering(async (interaction) => {
    if (interaction.isChatInputCommand())
      await interaction.reply({
        components: [new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(menu)],
      })
    if (interaction.isStringSelectMenu())
      await interaction.update({ content: `chosen: ${interaction.values.join(' ')}`, components: [] })
  })
  const shown = await standIn.slash(user, 'go')
  const message = await shown.settled()
  await expect(standIn.select(user, message, 'lists', ['sports'])).rejects.toThrow('"sports" is not on offer')
  await expect(standIn.select(user, message, 'lists', ['news', 'jobs', 'staff'])).rejects.toThrow('0 to 2')
  await expect(standIn.press(user, message, 'lists')).rejects.toThrow('of another kind')
  const chosen = await standIn.select(user, message, 'lists', ['news', 'staff'])
  expect((await chosen.settled()).content).toBe('chosen: news staff')
})

test('a modal is shown, filled in, and answered by an update of the message that it came from', async () => {
  const modal = new ModalBuilder()
    .setCustomId('code')
    .setTitle('Enter code')
    .addComponents(
      new ActionRowBuilder<TextInputBuilder>().addComponents(
        new TextInputBuilder()
          .setCustomId('digits')
          .setLabel('Code')
          .setStyle(TextInputStyle.Short)
          .setMinLength(6),
      ),
    )
  const { standIn, user } = await answering(async (interaction) => {
    if (interaction.isChatInputCommand())
      await interaction.reply({ content: 'Ready?', components: [button('enter', 'Enter code')] })
    if (interaction.isButton()) await interaction.showModal(modal)
    if (interaction.isModalSubmit() && interaction.isFromMessage())
      await interaction.update({
        content: `got ${interaction.fields.getTextInputValue('digits')}`,
        components: [],
      })
  })
  const shown = await standIn.slash(user, 'go')
  await shown.settled()
  const pressed = await standIn.press(user, shown, 'enter')
  expect((await pressed.modalShown()).title).toBe('Enter code')
  await expect(pressed.settled()).rejects.toThrow('showed a modal')
  await expect(standIn.submitModal(user, pressed, { digits: '12' })).rejects.toThrow('6 to 4000 characters')
  await expect(standIn.submitModal(user, pressed, {})).rejects.toThrow('"digits" must be filled in')
  await expect(standIn.submitModal(user, pressed, { digit: '1' })).rejects.toThrow(
    'no field "digit" (digits)',
  )
  const bob = standIn.addUser({ id: '600000000000000002', username: 'bob' })
  await expect(standIn.submitModal(bob, pressed, { digits: '123456' })).rejects.toThrow('to somebody else')
  const submitted = await standIn.submitModal(user, pressed, { digits: '123456' })
  expect((await submitted.settled()).content).toBe('got 123456')
  expect(standIn.violations).toEqual([])
})
