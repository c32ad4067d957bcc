import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type APIApplicationCommandOption, ApplicationCommandOptionType } from 'discord-api-types/v10'
import { expect, test } from 'vitest'
import { commands } from '../../bot/commands/index.ts'
import { createTranslations } from '../../texts/translate.ts'

const root = join(import.meta.dirname, '../..')
const pages = globSync(['README.md', 'docs/*.md'], { cwd: root }).map((name) => ({
  name,
  text: readFileSync(join(root, name), 'utf8'),
}))
const texts = createTranslations({ escape: (value) => value, command: (name) => name })

/** Of these options exactly one is to be given, which Discord itself does not ask for. */
const oneOf: Readonly<Record<string, readonly string[]>> = {
  'notices rule add': ['channel', 'mail', 'nowhere'],
  'notices allow': ['user', 'username'],
  'lists add': ['user', 'username'],
  'lists remove': ['user', 'username'],
}

type Typed = { page: string; line: string; words: string[]; options: string[] }

/** Every command with an option that a page has in a block or in a sentence, as somebody would type it. */
const typed: Typed[] = pages.flatMap(({ name, text }) =>
  [...text.matchAll(/(?:^|`)(\/[a-z][^`\n]* [a-z]+:[^`\n]*)/gm)].map(([, line = '']) => {
    const parts = line.slice(1).split(' ')
    const options = parts.flatMap((part) => /^([a-z]+):/.exec(part)?.[1] ?? [])
    return {
      page: name,
      line,
      words: parts.slice(
        0,
        parts.findIndex((part) => part.includes(':')),
      ),
      options,
    }
  }),
)

/** What may be typed behind these words; null where there is no such command. */
function optionsOf([command, ...words]: string[]): APIApplicationCommandOption[] | null {
  const found = commands.find(({ name }) => name === command)?.definition(texts).options
  return words.reduce<APIApplicationCommandOption[] | null>((options, word) => {
    const part = options?.find(({ name }) => name === word)
    const isPart =
      part?.type === ApplicationCommandOptionType.Subcommand ||
      part?.type === ApplicationCommandOptionType.SubcommandGroup
    return isPart ? (part.options ?? []) : null
  }, found ?? null)
}

function lackingIn({ words, options }: Typed): string[] {
  const known = optionsOf(words)
  if (known === null) return [`there is no /${words.join(' ')}`]
  const choice = oneOf[words.join(' ')]
  return [
    ...options.filter((option) => !known.some(({ name }) => name === option)).map((name) => `no ${name}`),
    ...known
      .filter(({ name, required }) => required === true && !options.includes(name))
      .map(({ name }) => name),
    ...(choice && options.filter((option) => choice.includes(option)).length !== 1
      ? [`one of ${choice.join(', ')}`]
      : []),
  ]
}

test('commands with options in the documents can be typed as they are', () => {
  expect(typed.length).toBeGreaterThan(8)
  const lacking = typed.flatMap((one) => lackingIn(one).map((what) => `${one.page}: ${one.line}: ${what}`))
  expect(lacking).toEqual([])
})

test('$API is the same address everywhere: without a path', () => {
  const calls = pages.flatMap(({ name, text }) =>
    [...text.matchAll(/\$API(\/[^\s"]*)|\bAPI[=:] ?(\S+)/g)].map(([all, path, address]) => ({
      where: `${name}: ${all}`,
      isRight: path === undefined ? /^https?:\/\/[^/]+$/.test(address ?? '') : path.startsWith('/api/v1/'),
    })),
  )
  expect(calls.length).toBeGreaterThan(20)
  expect(calls.filter(({ isRight }) => !isRight).map(({ where }) => where)).toEqual([])
})
