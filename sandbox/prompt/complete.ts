import type { DiscordStandIn, RegisteredCommand } from '../discord/stand-in.ts'
import { type CommandPart, optionType } from '../discord/wire.ts'
import { people } from '../people.ts'
import { promptCommands } from './commands.ts'
import { optionsOf, pathOf, readSlashLine, subcommandIn, subcommandsOf } from './slash-line.ts'
import { type Session, whoAmI } from './session.ts'

/** What Tab offers: whole words that could stand at the end of the line, and the piece that they replace. */
export async function complete(session: Session, line: string): Promise<[string[], string]> {
  const { discord } = session.system
  const [, word = '', gap = '', argument = ''] = /^(\S*)(\s*)(.*)$/s.exec(line) ?? []
  if (gap === '') {
    const slashes = (discord?.commands ?? []).map(
      ({ name, options }) => `/${name}${options?.length ? ' ' : ''}`,
    )
    const words = [
      ...promptCommands.map(({ name, usage }) => (usage === name ? name : `${name} `)),
      'help',
      'quit',
    ]
    return startingWith([...slashes, ...words], word)
  }
  if (word.startsWith('/') && discord !== null) return completeOption(session, discord, word, argument)
  const offered = promptCommands.find(({ name }) => name === word)?.complete?.(session) ?? []
  const [, before = '', typed = ''] = /^(.*[\s,+-])?([^\s,+-]*)$/s.exec(argument) ?? []
  // A list may have a dash in its name.
  const whole = offered.filter((name) => name.startsWith(argument))
  return whole.length > 0 && before !== '' ? [whole, argument] : startingWith(offered, typed)
}

/** A subcommand, or the name of an option, then whatever could stand behind it. */
async function completeOption(
  session: Session,
  discord: DiscordStandIn,
  word: string,
  argument: string,
): Promise<[string[], string]> {
  const command = discord.commands.find(({ name }) => name === word.slice(1))
  if (command === undefined) return [[], argument]
  const subcommands = subcommandsOf(command.options ?? [])
  if (subcommands.length === 0)
    return completeValue(session, discord, { command, subcommand: undefined, typed: argument })
  const { subcommand, gap, rest } = subcommandIn(argument, command)
  if (gap !== '') return completeValue(session, discord, { command, subcommand, typed: rest })
  const words = subcommands.map((name) => (optionsOf(command, name).length > 0 ? `${name} ` : name))
  return startingWith(words, argument)
}

type TypedOptions = { command: RegisteredCommand; subcommand: string | undefined; typed: string }

/** The value of the option that is named last, else the names of those that are not named yet. */
async function completeValue(
  session: Session,
  discord: DiscordStandIn,
  { command, subcommand, typed }: TypedOptions,
): Promise<[string[], string]> {
  const options = optionsOf(command, subcommand)
  const [, word = ''] = /(?:^|\s)(\S*)$/s.exec(typed) ?? []
  const named = [...typed.matchAll(/(?:^|\s)([\w-]+):/g)].flatMap((match) => {
    const option = options.find(({ name }) => name === match[1])
    return option === undefined ? [] : [{ option, end: match.index + match[0].length }]
  })
  const rest = options.filter((option) => !named.some((one) => one.option === option))
  const names = startingWith(
    rest.map(({ name }) => `${name}:`),
    word,
  )
  const last = named.at(-1)
  if (last === undefined || /\s$/.test(typed)) return names
  const { option } = last
  const value = typed.slice(last.end).trimStart()
  const offered = await valuesOf(session, discord, { command, subcommand, typed }, { option, value })
  const fitting = offered.filter((one) => one.includes(value)).map((one) => `${option.name}:${one}`)
  const replaced = `${option.name}:${typed.slice(last.end)}`
  return fitting.length > 0 || word.includes(':') ? [fitting, replaced] : names
}

/** What an option may hold, as far as it is known: the bot itself says it for some. */
async function valuesOf(
  session: Session,
  discord: DiscordStandIn,
  { command, subcommand, typed }: TypedOptions,
  { option, value }: { option: CommandPart; value: string },
): Promise<string[]> {
  if (option.autocomplete) {
    const line = [`/${command.name}`, ...(subcommand === undefined ? [] : [subcommand]), typed].join(' ')
    const { list } = readSlashLine(line, discord.commands).values
    const how = {
      ...pathOf(subcommand),
      ...(list === undefined || option.name === 'list' ? {} : { options: { list } }),
    }
    const choices = await discord.autocomplete(whoAmI(session), command.name, option.name, value, how)
    return choices.map((choice) => String(choice.value))
  }
  if (option.type === optionType.boolean) return ['true', 'false']
  if (option.type === optionType.channel) return discord.channels.map(({ name }) => `#${name}`)
  const everybody = [...session.users.keys()].map((name) => `@${name}`)
  const roles = discord.roles.map(({ name }) => `@${name.replace(/^@/, '')}`)
  if (option.type === optionType.user) return everybody
  if (option.type === optionType.role) return roles
  if (option.type === optionType.mentionable) return [...roles, ...everybody]
  if (option.name === 'username')
    return session.system.passwordOf === null ? [] : people.map(({ uid }) => uid)
  return (option.choices ?? []).map((choice) => String(choice.value))
}

function startingWith(words: string[], typed: string): [string[], string] {
  return [words.filter((word) => word.startsWith(typed)), typed]
}
