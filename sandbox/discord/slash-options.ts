import { isSubcommand } from './command-rules.ts'
import { channelPayload, memberPayload, userPayload } from './guild-payloads.ts'
import type { DiscordState } from './state.ts'
import { optionType, type CommandPart, type RegisteredCommand } from './wire.ts'

export type OptionValue = string | boolean | number
export type OptionValues = Record<string, OptionValue>

export interface CommandPath {
  subcommand?: string | undefined
  subcommandGroup?: string | undefined
}

/** An option the way an interaction carries it. */
export interface SentOption {
  name: string
  type: number
  value?: OptionValue
  focused?: true
  options?: SentOption[]
}

/** Objects that option values refer to by id. */
export interface Resolved {
  users: Record<string, unknown>
  members: Record<string, unknown>
  roles: Record<string, unknown>
  channels: Record<string, unknown>
}

/** @throws when no such command is registered, as Discord would not offer it. */
export function requireCommand(state: DiscordState, name: string): RegisteredCommand {
  const command = state.commands.find((one) => one.name === name)
  if (command) return command
  const known = state.commands.map((one) => `/${one.name}`).join(' ') || 'none is registered yet'
  throw new Error(`There is no command /${name} (${known})`)
}

/**
 * Turns plain values into the options of an interaction, refusing what Discord's own window would not let one send.
 * While completing (`focused` names an option) required options may still be missing.
 */
export function fillOptions(
  state: DiscordState,
  command: RegisteredCommand,
  values: OptionValues,
  { subcommand, subcommandGroup }: CommandPath,
  focused?: string,
): { options: SentOption[]; resolved: Resolved } {
  const resolved: Resolved = { users: {}, members: {}, roles: {}, channels: {} }
  const steps = [subcommandGroup, subcommand].filter((step) => step !== undefined)
  const path = [command.name]
  let available = command.options ?? []
  const chosen: CommandPart[] = []
  for (const step of steps) {
    const found = available.find((one) => one.name === step && isSubcommand(one))
    if (!found) throw new Error(`/${path.join(' ')} has no subcommand "${step}"`)
    chosen.push(found)
    path.push(step)
    available = found.options ?? []
  }
  const sub = available.filter(isSubcommand).map(({ name }) => name)
  if (sub.length > 0) throw new Error(`/${path.join(' ')} needs a subcommand: ${sub.join(', ')}`)
  const filled = fill(state, path.join(' '), available, values, resolved, focused)
  const options = chosen.reduceRight<SentOption[]>(
    (inner, { name, type: kind }) => [{ name, type: kind ?? optionType.subcommand, options: inner }],
    filled,
  )
  return { options, resolved }
}

function fill(
  state: DiscordState,
  command: string,
  available: CommandPart[],
  values: OptionValues,
  resolved: Resolved,
  focused: string | undefined,
): SentOption[] {
  for (const name of Object.keys(values))
    if (!available.some((option) => option.name === name)) {
      const known = available.map((option) => option.name).join(', ') || 'it takes none'
      throw new Error(`/${command} has no option "${name}" (${known})`)
    }
  return available.flatMap((option) => {
    const value = values[option.name]
    if (value === undefined) {
      if (option.required && focused === undefined)
        throw new Error(`/${command} needs the option "${option.name}"`)
      return []
    }
    const sent = { name: option.name, type: option.type ?? optionType.string }
    // What is still being typed may be anything.
    if (option.name === focused) return [{ ...sent, value, focused: true }]
    requireFitting(state, `The option "${option.name}" of /${command}`, option, value, resolved)
    return [{ ...sent, value }]
  })
}

function requireFitting(
  state: DiscordState,
  what: string,
  option: CommandPart,
  value: OptionValue,
  resolved: Resolved,
): void {
  const kind = option.type ?? optionType.string
  switch (kind) {
    case optionType.string:
      if (typeof value !== 'string') throw new Error(`${what} takes text`)
      if (value.length < (option.min_length ?? 0) || value.length > (option.max_length ?? 6000))
        throw new Error(`${what} takes ${option.min_length ?? 0} to ${option.max_length ?? 6000} characters`)
      break
    case optionType.integer:
    case optionType.number:
      if (typeof value !== 'number' || (option.type === optionType.integer && !Number.isInteger(value)))
        throw new Error(`${what} takes a ${option.type === optionType.integer ? 'whole ' : ''}number`)
      if (value < (option.min_value ?? -Infinity) || value > (option.max_value ?? Infinity))
        throw new Error(
          `${what} takes ${option.min_value ?? 'anything'} to ${option.max_value ?? 'anything'}`,
        )
      break
    case optionType.boolean:
      if (typeof value !== 'boolean') throw new Error(`${what} takes true or false`)
      break
    case optionType.user:
    case optionType.channel:
    case optionType.role:
    case optionType.mentionable:
      if (typeof value !== 'string' || !resolve(state, kind, value, resolved))
        throw new Error(`${what} takes the id of something in the server`)
      break
    default:
      throw new Error(`${what} is of type ${option.type}, which the stand-in cannot fill in`)
  }
  const choices = option.choices ?? []
  if (choices.length > 0 && !choices.some((choice) => choice.value === value))
    throw new Error(`${what} takes one of ${choices.map((choice) => choice.value).join(', ')}`)
}

/** Adds the object behind an id to `resolved`; false when there is none of that kind. */
function resolve(state: DiscordState, kind: number, id: string, resolved: Resolved): boolean {
  const channel = state.channels.get(id)
  const role = state.roles.get(id)
  if ((kind === optionType.user || kind === optionType.mentionable) && state.users.has(id)) {
    resolved.users[id] = userPayload(state, id)
    if (state.members.has(id)) {
      const { user: _user, deaf: _deaf, mute: _mute, ...member } = memberPayload(state, id)
      resolved.members[id] = member
    }
    return true
  }
  if ((kind === optionType.role || kind === optionType.mentionable) && role) resolved.roles[id] = role
  else if (kind === optionType.channel && channel) resolved.channels[id] = channelPayload(state, channel)
  else return false
  return true
}
