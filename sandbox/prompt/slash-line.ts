import type { OptionValue, OptionValues, RegisteredCommand } from '../discord/stand-in.ts'
import { type CommandPart, optionType } from '../discord/wire.ts'

/** `subcommand`: with that of its group before it, where it is in one (`rule add`). */
export type SlashLine = { name: string; subcommand: string | undefined; values: OptionValues }

/**
 * Reads `/subscribe list:board games` as Discord's own input line would. A word without a name goes to the first option, or says
 * which subcommand. Whether command and options exist is the stand-in's business.
 */
export function readSlashLine(line: string, commands: readonly RegisteredCommand[]): SlashLine {
  const [, name = '', typed = ''] = /^\/(\S*)\s*(.*)$/.exec(line.trim()) ?? []
  const command = commands.find((one) => one.name === name)
  if (subcommandsOf(command?.options ?? []).length === 0)
    return { name, subcommand: undefined, values: valuesIn(typed, optionsOf(command, undefined)) }
  const { subcommand, rest } = subcommandIn(typed, command)
  return { name, subcommand: subcommand || undefined, values: valuesIn(rest, optionsOf(command, subcommand)) }
}

/** The subcommand that a line begins with, and what stands behind it. */
export function subcommandIn(
  typed: string,
  command: CommandPart | undefined,
): { subcommand: string; gap: string; rest: string } {
  const [, word = '', gap = '', rest = ''] = /^(\S*)(\s*)(.*)$/s.exec(typed) ?? []
  const part = command?.options?.find(({ name }) => name === word)
  if (part?.type !== optionType.subcommandGroup || gap === '') return { subcommand: word, gap, rest }
  const inner = subcommandIn(rest, part)
  return { ...inner, subcommand: `${word} ${inner.subcommand}` }
}

/** As Discord names the way to a subcommand. */
export function pathOf(subcommand: string | undefined): {
  subcommandGroup?: string
  subcommand: string | undefined
} {
  const [first, second] = subcommand?.split(' ') ?? []
  return first !== undefined && second !== undefined
    ? { subcommandGroup: first, subcommand: second }
    : { subcommand: first }
}

/** The options that can be typed behind a command, or behind the subcommand of it that was chosen. */
export function optionsOf(
  command: CommandPart | undefined,
  subcommand: string | undefined,
): readonly CommandPart[] {
  const parts = command?.options ?? []
  if (subcommandsOf(parts).length === 0) return parts
  const [first = '', ...rest] = subcommand?.split(' ') ?? []
  const part = parts.find(({ name }) => name === first)
  return part?.type === optionType.subcommandGroup ? optionsOf(part, rest.join(' ')) : (part?.options ?? [])
}

/** The subcommands among a command's options, those of a group with its name before them; it has only these, or none. */
export const subcommandsOf = (parts: readonly CommandPart[]): string[] =>
  parts.flatMap(({ name, type, options }) =>
    type === optionType.subcommandGroup
      ? subcommandsOf(options ?? []).map((one) => `${name} ${one}`)
      : type === optionType.subcommand
        ? [name]
        : [],
  )

function valuesIn(rest: string, options: readonly CommandPart[]): OptionValues {
  const known = options.map(({ name }) => name)
  const values: OptionValues = {}
  // A value reaches up to the next `option:`; its own blanks and colons belong to it.
  const parts = rest.split(/(?:^|\s+)(?=[\w-]+:)/).filter((part) => part !== '')
  for (const part of parts) {
    const [, option, value = ''] = /^([\w-]+):\s*(.*)$/s.exec(part) ?? []
    const first = known[0]
    if (option === undefined && first !== undefined && values[first] === undefined)
      values[first] = unquoted(part)
    else values[option ?? part] = unquoted(value)
  }
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, asSent(options, name, value)]),
  )
}

/** Yes and no are not sent as words; Discord itself shows them as True and False, and so people write them. */
function asSent(options: readonly CommandPart[], name: string, value: OptionValue): OptionValue {
  const isFlag = options.find((option) => option.name === name)?.type === optionType.boolean
  const word = String(value).toLowerCase()
  return isFlag && (word === 'true' || word === 'false') ? word === 'true' : value
}

function unquoted(text: string): string {
  return text.trim().replace(/^"(.*)"$/, '$1')
}
