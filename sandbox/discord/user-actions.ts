import { randomBytes } from 'node:crypto'
import type { Gateway } from './gateway.ts'
import { createHandle, type InteractionHandle } from './interaction-handle.ts'
import { acknowledgeWithinMs } from './interaction-times.ts'
import { interactionPayload } from './interaction-payload.ts'
import { findComponent, requireSelectable, shownMessage } from './shown-message.ts'
import { fillModal } from './modal-input.ts'
import { fillOptions, requireCommand, type CommandPath, type OptionValues } from './slash-options.ts'
import {
  type DiscordState,
  type DiscordUser,
  type InteractionKind,
  type InteractionRecord,
  type StoredMessage,
} from './state.ts'
import { waitUntil } from './wait.ts'
import type { CommandChoice, CommandPart, Component, DiscordMessage } from './wire.ts'

export interface SlashOptions extends CommandPath {
  /** Language of the person's Discord, instead of the one given with addUser. */
  locale?: string
  /** Where it is typed: the first channel of the server unless given. */
  channelId?: string
}

/** What people do in Discord. */
export interface UserActions {
  /**
   * Types a slash command and sends it. Rejects, as Discord's own window would, an unknown command or option, a
   * missing required option and a value that does not fit, and when no bot is connected.
   */
  slash(
    user: DiscordUser,
    command: string,
    options?: OptionValues,
    how?: SlashOptions,
  ): Promise<InteractionHandle>
  /** Types `typed` into an option with autocomplete and resolves with what the bot offers. */
  autocomplete(
    user: DiscordUser,
    command: string,
    focused: string,
    typed: string,
    how?: SlashOptions & { options?: OptionValues },
  ): Promise<CommandChoice[]>
  press(
    user: DiscordUser,
    on: DiscordMessage | InteractionHandle,
    customId: string,
  ): Promise<InteractionHandle>
  select(
    user: DiscordUser,
    on: DiscordMessage | InteractionHandle,
    customId: string,
    values: string[],
  ): Promise<InteractionHandle>
  /** Fills in and sends the modal that `handle` showed, waiting for it if need be. */
  submitModal(
    user: DiscordUser,
    handle: InteractionHandle,
    fields: Record<string, string>,
  ): Promise<InteractionHandle>
}

const noAnswer = 'The application did not respond'
const button = 2
const stringSelect = 3

export function createUserActions(state: DiscordState, gateway: Gateway): UserActions {
  function begin(
    kind: InteractionKind,
    user: DiscordUser,
    channelId: string,
    data: Record<string, unknown>,
    more: { source?: StoredMessage | undefined; locale?: string | undefined } = {},
  ): InteractionRecord {
    if (gateway.reachable() === 0) throw new Error(`${noAnswer}: no bot is connected`)
    const { source, locale = user.locale } = more
    const record: InteractionRecord = {
      id: state.nextId(),
      token: randomBytes(48).toString('base64url'),
      kind,
      user,
      channelId,
      createdAt: state.now(),
      source: source && { messageId: source.message.id, versions: source.versions.length },
      deferred: false,
      ephemeral: false,
      followUpIds: [],
    }
    const payload = interactionPayload(state, record, data, source, locale)
    state.interactions.set(record.token, record)
    state.publish('INTERACTION_CREATE', payload, 0)
    return record
  }

  function useComponent(
    user: DiscordUser,
    on: DiscordMessage | InteractionHandle,
    customId: string,
    fits: (component: Component) => boolean,
    values?: string[],
  ): InteractionHandle {
    const source = shownMessage(state, user, on)
    const component = findComponent(source, customId)
    if (!fits(component))
      throw new Error(`"${customId}" is of another kind (component type ${component.type})`)
    if (component.disabled) throw new Error(`"${customId}" is disabled`)
    if (values) requireSelectable(component, values)
    const data = { component_type: component.type, custom_id: customId, id: 1, ...(values ? { values } : {}) }
    return createHandle(state, begin('component', user, source.message.channel_id, data, { source }))
  }

  return {
    async slash(user, name, values = {}, how = {}) {
      const command = requireCommand(state, name)
      const { options, resolved } = fillOptions(state, command, values, how)
      const data = { id: command.id, name, type: 1, guild_id: state.guildId, options, resolved }
      return createHandle(state, begin('command', user, channelOf(state, how), data, { locale: how.locale }))
    },

    async autocomplete(user, name, focused, typed, how = {}) {
      const command = requireCommand(state, name)
      const { options } = fillOptions(state, command, { ...how.options, [focused]: typed }, how, focused)
      requireAutocomplete(command.options ?? [], how, focused)
      const data = { id: command.id, name, type: 1, guild_id: state.guildId, options }
      const record = begin('autocomplete', user, channelOf(state, how), data, { locale: how.locale })
      const look = () => {
        if (!record.choices && state.now() - record.createdAt > acknowledgeWithinMs)
          throw new Error('Loading options failed: the bot offered nothing within 3 seconds')
        return record.choices && structuredClone(record.choices)
      }
      return waitUntil(state, look, 2 * acknowledgeWithinMs, () => 'Loading options failed')
    },

    async press(user, on, customId) {
      return useComponent(user, on, customId, ({ type }) => type === button)
    },

    async select(user, on, customId, values) {
      return useComponent(user, on, customId, ({ type }) => type === stringSelect, values)
    },

    async submitModal(user, handle, fields) {
      const modal = await handle.modalShown()
      const parent = state.interactions.get(handle.token)
      if (!parent || parent.user.id !== user.id) throw new Error('That modal was shown to somebody else')
      const source = parent.source && state.messages.get(parent.source.messageId)
      const data = { custom_id: modal.customId, components: fillModal(modal, fields) }
      return createHandle(state, begin('modal', user, parent.channelId, data, { source }))
    },
  }
}

function channelOf(state: DiscordState, { channelId }: SlashOptions): string {
  const first = [...state.channels.values()].find(({ recipientId }) => recipientId === undefined)
  const id = channelId ?? first?.id
  if (id === undefined) throw new Error('The server has no channel')
  if (state.channels.get(id)?.recipientId !== undefined)
    throw new Error('Commands of a server are not offered in direct messages')
  return id
}

function requireAutocomplete(
  options: CommandPart[],
  { subcommand, subcommandGroup }: CommandPath,
  focused: string,
): void {
  let available = options
  for (const step of [subcommandGroup, subcommand])
    if (step !== undefined) available = available.find(({ name }) => name === step)?.options ?? []
  if (!available.find(({ name }) => name === focused)?.autocomplete)
    throw new Error(`The option "${focused}" has no autocomplete`)
}
