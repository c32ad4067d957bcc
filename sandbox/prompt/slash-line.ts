import type { OptionValues, RegisteredCommand } from '../discord/stand-in.ts'

export type SlashLine = { name: string; values: OptionValues }

/**
 * Reads `/subscribe list:board games` as Discord's own input line would. A word without a name goes to the first option.
 * Whether command and options exist is the stand-in's business.
 */
export function readSlashLine(line: string, commands: readonly RegisteredCommand[]): SlashLine {
  const [, name = '', rest = ''] = /^\/(\S*)\s*(.*)$/.exec(line.trim()) ?? []
  const known = commands.find((command) => command.name === name)?.options?.map((option) => option.name) ?? []
  const values: OptionValues = {}
  // A value reaches up to the next `option:`; its own blanks and colons belong to it.
  const parts = rest.split(/(?:^|\s+)(?=[\w-]+:)/).filter((part) => part !== '')
  for (const part of parts) {
    const [, option, value = ''] = /^([\w-]+):\s*(.*)$/s.exec(part) ?? []
    const first = known[0]
    if (option !== undefined && (known.includes(option) || known.length === 0))
      values[option] = unquoted(value)
    else if (first !== undefined && values[first] === undefined) values[first] = unquoted(part)
    else values[option ?? part] = unquoted(value)
  }
  return { name, values }
}

function unquoted(text: string): string {
  return text.trim().replace(/^"(.*)"$/, '$1')
}
