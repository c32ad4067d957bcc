import type { DiscordStandIn } from '../discord/stand-in.ts'
import { promptCommands } from './commands.ts'
import { readSlashLine, subcommandsOf } from './slash-line.ts'
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

/** A subcommand, or the name of an option, then whatever the bot itself offers for it. */
async function completeOption(
  session: Session,
  discord: DiscordStandIn,
  word: string,
  argument: string,
): Promise<[string[], string]> {
  const command = discord.commands.find(({ name }) => name === word.slice(1))
  const subcommands = subcommandsOf(command?.options ?? [])
  if (subcommands.length > 0) return startingWith(subcommands, argument)
  const option = command?.options?.find(({ autocomplete }) => autocomplete)
  if (command === undefined || option === undefined) return [[], argument]
  const prefix = `${option.name}:`
  if (!argument.startsWith(prefix)) return startingWith([prefix], argument)
  const typed = String(
    readSlashLine(`/${command.name} ${argument}`, discord.commands).values[option.name] ?? '',
  )
  const choices = await discord.autocomplete(whoAmI(session), command.name, option.name, typed)
  const fitting = choices.map(({ value }) => String(value)).filter((value) => value.includes(typed))
  return [fitting.map((value) => `${prefix}${value}`), argument]
}

function startingWith(words: string[], typed: string): [string[], string] {
  return [words.filter((word) => word.startsWith(typed)), typed]
}
