import {
  type ButtonInteraction,
  ComponentType,
  type ModalSubmitInteraction,
  type StringSelectMenuInteraction,
} from 'discord.js'
import type { Press } from './turn.ts'

/** What a member did with a button, a select menu or a modal, without Discord's wrapping. */
export function pressOf(
  interaction: ButtonInteraction | StringSelectMenuInteraction | ModalSubmitInteraction,
  argument: string,
): Press {
  if (interaction.isStringSelectMenu()) {
    const { options } = interaction.component
    const shown = options.map((option) => ({ value: option.value, on: option.default === true }))
    return { argument, chosen: interaction.values, shown, field: () => '' }
  }
  return { argument, chosen: [], shown: [], field: (customId) => typedInto(interaction, customId) }
}

function typedInto(interaction: ButtonInteraction | ModalSubmitInteraction, customId: string): string {
  if (!interaction.isModalSubmit()) return ''
  const input = interaction.fields.fields.get(customId)
  return input?.type === ComponentType.TextInput ? input.value : ''
}
