import {
  type AutocompleteInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  DiscordAPIError,
  type Interaction,
  MessageFlags,
  type ModalSubmitInteraction,
  type StringSelectMenuInteraction,
} from 'discord.js'
import { pause } from '../domain/rules/pause.ts'
import { fit, messageLength } from '../texts/fit.ts'
import { localeFor } from '../texts/translate.ts'
import type { BotContext } from './context.ts'
import { pressOf } from './press-of.ts'
import { replyForError } from './refusal-reply.ts'
import type { Asking, Reply, Turn } from './turn.ts'

type Pressing = ButtonInteraction | StringSelectMenuInteraction | ModalSubmitInteraction
type Answerable = ChatInputCommandInteraction | Pressing

/** Answers one interaction: preconditions, run, one exit for errors. Never throws. */
export async function dispatch(context: BotContext, interaction: Interaction): Promise<void> {
  if (!context.isNew(interaction.id)) return
  const asking = askingOf(context, interaction)
  if (!interaction.isAutocomplete()) asking.log.info({ command: commandOf(interaction) }, 'asked')
  try {
    // All that it could say is that something is wrong. Discord takes one answer: that of a bot that can give one.
    if (context.isRefused()) await pause(context.timing.letOthersFirstMs, context.stopping)
    if (interaction.isAutocomplete()) await complete(context, asking, interaction)
    else if (interaction.isChatInputCommand()) await runCommand(context, asking, interaction)
    else if (interaction.isButton() || interaction.isStringSelectMenu() || interaction.isModalSubmit())
      await runControl(context, asking, interaction)
  } catch (error) {
    if (isAcknowledged(error)) return asking.log.info('it was acknowledged already, by another bot')
    // Nothing more can be said here. An outcome that was not told comes by direct message.
    asking.log.warn({ err: error }, 'an interaction was left without an answer')
  }
}

/** Discord takes one acknowledgement of an interaction: where two bots heard of it, one of them answers. */
const isAcknowledged = (error: unknown): boolean => error instanceof DiscordAPIError && error.code === 40_060

/** For the log; what is pressed carries names of lists. */
const commandOf = (interaction: Interaction): string =>
  interaction.isChatInputCommand() ? interaction.commandName : 'a button, a menu or a form'

function askingOf(context: BotContext, interaction: Interaction): Asking {
  const { id, user } = interaction
  const locale = localeFor(interaction.locale)
  return {
    id,
    receivedAt: Date.now(),
    user: {
      id: user.id,
      name: user.displayName,
      username: user.username,
      avatarUrl: user.displayAvatarURL({ size: 128 }),
    },
    locale,
    t: context.texts[locale],
    api: context.apiFor({ discordUserId: user.id, interactionId: id }),
    lists: context.lists,
    pages: context.pages,
    timing: context.timing,
    log: context.log.child({ interaction: id }),
    stopping: context.stopping,
  }
}

async function complete(
  context: BotContext,
  asking: Asking,
  interaction: AutocompleteInteraction,
): Promise<void> {
  const command = context.commands.get(interaction.commandName)
  const served = interaction.guildId === context.config.discord.guildId
  await interaction.respond(served && command?.complete ? await command.complete(asking, interaction) : [])
}

async function runCommand(
  context: BotContext,
  asking: Asking,
  interaction: ChatInputCommandInteraction,
): Promise<void> {
  const command = context.commands.get(interaction.commandName)
  if (await turnedAway(context, asking, interaction)) return
  if (!command) return sayStale(asking, interaction, 'refused.staleCommand')
  await acknowledge(context, interaction, () => interaction.deferReply({ flags: MessageFlags.Ephemeral }))
  await answer(asking, interaction, (turn) => command.run(turn, interaction))
}

async function runControl(context: BotContext, asking: Asking, interaction: Pressing): Promise<void> {
  const [command = '', name = '', ...rest] = interaction.customId.split(':')
  const control = (context.commands.get(command)?.controls ?? context.controls[command])?.[name]
  if (await turnedAway(context, asking, interaction)) return
  if (!control) return sayStale(asking, interaction, 'refused.stale')
  if (control.kind === 'ask') {
    if (!interaction.isModalSubmit()) await interaction.showModal(control.modal(asking, rest.join(':')))
    return
  }
  const isApart = interaction.isModalSubmit() && !interaction.isFromMessage()
  const isReply = isApart || control.kind === 'tell'
  await acknowledge(context, interaction, () =>
    isReply ? interaction.deferReply({ flags: MessageFlags.Ephemeral }) : interaction.deferUpdate(),
  )
  await answer(asking, interaction, (turn) => control.run(turn, pressOf(interaction, rest.join(':'))))
}

/** An answer of Discord's that got lost is no reason to leave the member waiting: what it took already, at our first attempt, was ours. */
async function acknowledge(
  { isRepeated }: BotContext,
  interaction: Answerable,
  send: () => Promise<unknown>,
): Promise<void> {
  let attempts = 0
  try {
    await orOnceMore(() => {
      attempts += 1
      return send()
    })
  } catch (error) {
    if (!isAcknowledged(error) || !(attempts > 1 || isRepeated(interaction.id))) throw error
    interaction.deferred = true
  }
}

/** What Discord did not answer at all is asked once more: it may have closed the connection before it, or with it. */
async function orOnceMore<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof DiscordAPIError) throw error
    return ask()
  }
}

/** The bot serves one server. Who may do what there is decided by the API alone. */
async function turnedAway({ config }: BotContext, { t }: Asking, interaction: Answerable): Promise<boolean> {
  if (interaction.guildId === config.discord.guildId) return false
  await interaction.reply({ content: t('refused.otherServer'), flags: MessageFlags.Ephemeral })
  return true
}

/** For a command or a button of an older version of this bot. */
async function sayStale(
  { t }: Asking,
  interaction: Answerable,
  key: 'refused.stale' | 'refused.staleCommand',
): Promise<void> {
  await interaction.reply({ content: t(key), flags: MessageFlags.Ephemeral })
}

/** From here on the member sees "thinking...": every way out is a reply. */
async function answer(
  asking: Asking,
  interaction: Answerable,
  run: (turn: Turn) => Promise<void>,
): Promise<void> {
  const reply = async ({ content, components }: Reply) => {
    await orOnceMore(() =>
      interaction.editReply({
        content: fit(content, { length: messageLength }).text,
        ...(components ? { components } : {}),
      }),
    )
  }
  const turn: Turn = { ...asking, reply }
  try {
    await run(turn)
  } catch (error) {
    if (isReplyGone(error)) throw error
    await reply(replyForError(turn, error))
  }
}

/** Unknown message, unknown webhook, invalid webhook token: the member closed the reply, or it is too old to edit. */
const replyGoneCodes: ReadonlySet<number | string> = new Set([10_008, 10_015, 50_027])

function isReplyGone(error: unknown): boolean {
  return error instanceof DiscordAPIError && replyGoneCodes.has(error.code)
}
