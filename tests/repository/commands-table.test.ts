import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type APIApplicationCommandOption, ApplicationCommandOptionType } from 'discord-api-types/v10'
import { describe, expect, test } from 'vitest'
import { commands } from '../../bot/commands/index.ts'
import { createTranslations } from '../../texts/translate.ts'

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
const texts = createTranslations({ escape: (value) => value, command: (name) => name })

type Named = { command: string; words: string[] }

/** What each row of the table names: `/lists members`, `add` are two subcommands of one command. */
const named: Named[] = [...readme.matchAll(/^\| (`\/[^|]+) \|/gm)].flatMap(([, cell = '']) => {
  let command = ''
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => {
    const [first = '', ...rest] = code.split(' ')
    if (!first.startsWith('/')) return { command, words: [first, ...rest] }
    command = first.slice(1)
    return { command, words: rest }
  })
})

const known = new Map(
  commands.map(({ name, definition }) => [name, definition(texts).options ?? []] as const),
)
const isPart = ({ type }: APIApplicationCommandOption) =>
  type === ApplicationCommandOptionType.Subcommand || type === ApplicationCommandOptionType.SubcommandGroup

describe('the table of commands in README.md', () => {
  test('names every command that the bot has, and no other', () => {
    expect([...new Set(named.map(({ command }) => command))].toSorted()).toEqual([...known.keys()].toSorted())
  })

  test('names subcommands and options as the bot has them', () => {
    const wrong = named.flatMap(({ command, words }) => {
      const names = known.get(command)?.map(({ name }) => name) ?? []
      return words.filter((word) => !names.includes(word)).map((word) => `/${command} ${word}`)
    })
    expect(wrong).toEqual([])
  })

  test('names all parts of a command of which it names one', () => {
    const missing = [...known].flatMap(([command, options]) => {
      const words = new Set(named.filter((one) => one.command === command).flatMap((one) => one.words))
      const parts = options.filter(isPart).map(({ name }) => name)
      if (!parts.some((part) => words.has(part))) return []
      return parts.filter((part) => !words.has(part)).map((part) => `/${command} ${part}`)
    })
    expect(missing).toEqual([])
  })
})
