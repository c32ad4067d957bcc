import { lengthOf, required, tooLong, type Problem } from './problems.ts'
import { optionType, type CommandChoice, type CommandPart, type Localizations } from './wire.ts'

type Path = (string | number)[]

/** https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-naming */
const namePattern = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u

/** Rules about a whole set of commands that Discord enforces and its description leaves out. */
export function commandSetProblems(
  commands: readonly CommandPart[],
  locales: ReadonlySet<string>,
): Problem[] {
  const problems: Problem[] = []
  if (commands.filter(isChatInput).length > 100) problems.push(tooLong([], 100))
  problems.push(...duplicateNames(commands, [], 'APPLICATION_COMMANDS_DUPLICATE_NAME'))
  for (const [index, command] of commands.entries()) {
    if (!isChatInput(command)) continue
    problems.push(...partProblems(command, [index], locales))
    if (totalLength(command) > 8000) problems.push(tooLong([index], 8000))
  }
  return problems
}

function isChatInput({ type }: CommandPart): boolean {
  return (type ?? 1) === 1
}

function partProblems(part: CommandPart, path: Path, locales: ReadonlySet<string>): Problem[] {
  const options = part.options ?? []
  const problems = [
    ...nameProblems(part.name, [...path, 'name']),
    ...localizationProblems(part, path, locales),
    ...choiceProblems(part, path, locales),
    ...duplicateNames(options, [...path, 'options'], 'APPLICATION_COMMAND_OPTIONS_DUPLICATE_NAME'),
    ...orderProblems(options, path),
  ]
  if (!part.description) problems.push(required([...path, 'description']))
  for (const [index, option] of options.entries())
    problems.push(...partProblems(option, [...path, 'options', index], locales))
  return problems
}

function nameProblems(name: string, path: Path): Problem[] {
  if (namePattern.test(name) && name === name.toLowerCase()) return []
  return [
    {
      path,
      code: 'APPLICATION_COMMAND_INVALID_NAME',
      message: 'Command name is invalid: 1 to 32 lower-case letters, digits, - or _',
    },
  ]
}

function localizationProblems(part: CommandPart, path: Path, locales: ReadonlySet<string>): Problem[] {
  const names = Object.entries(part.name_localizations ?? {})
  return [
    ...unknownLocales(part.name_localizations, [...path, 'name_localizations'], locales),
    ...unknownLocales(part.description_localizations, [...path, 'description_localizations'], locales),
    ...names.flatMap(([locale, name]) => nameProblems(name, [...path, 'name_localizations', locale])),
  ]
}

function unknownLocales(
  texts: Localizations | undefined,
  path: Path,
  locales: ReadonlySet<string>,
): Problem[] {
  return Object.keys(texts ?? {})
    .filter((locale) => !locales.has(locale))
    .map((locale) => ({
      path: [...path, locale],
      code: 'BASE_TYPE_CHOICES',
      message: `Value must be one of Discord's locales, as en-US or zh-TW; got ${locale}.`,
    }))
}

function choiceProblems(part: CommandPart, path: Path, locales: ReadonlySet<string>): Problem[] {
  const choices = part.choices ?? []
  const problems = choiceListProblems(choices, [...path, 'choices'], locales)
  if (part.autocomplete && choices.length > 0)
    problems.push({
      path: [...path, 'autocomplete'],
      code: 'APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE',
      message: 'Options with autocomplete cannot have choices',
    })
  return problems
}

/** The limits of choices, the same in a command and in an answer to autocomplete. */
export function choiceListProblems(
  choices: CommandChoice[],
  path: Path,
  locales: ReadonlySet<string>,
): Problem[] {
  const problems: Problem[] = choices.length > 25 ? [tooLong(path, 25)] : []
  for (const [index, { value, name_localizations }] of choices.entries()) {
    if (typeof value === 'string' && lengthOf(value) > 100)
      problems.push(tooLong([...path, index, 'value'], 100))
    problems.push(...unknownLocales(name_localizations, [...path, index, 'name_localizations'], locales))
  }
  return problems
}

function orderProblems(options: readonly CommandPart[], path: Path): Problem[] {
  const problems: Problem[] = []
  if (options.some(isSubcommand) && !options.every(isSubcommand))
    problems.push({
      path: [...path, 'options'],
      code: 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
      message: 'Sub-command and sub-command group option types are mutually exclusive to all other types',
    })
  const firstOptional = options.findIndex((option) => !option.required)
  const late = options.findIndex(
    (option, index) => option.required && firstOptional >= 0 && index > firstOptional,
  )
  if (late >= 0)
    problems.push({
      path: [...path, 'options', late],
      code: 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
      message: 'Required options must be placed before non-required options',
    })
  return problems
}

/** Whether an option is no option but a subcommand, or a group of them. */
export const isSubcommand = ({ type }: Pick<CommandPart, 'type'>): boolean =>
  type === optionType.subcommand || type === optionType.subcommandGroup

function duplicateNames(parts: readonly CommandPart[], path: Path, code: string): Problem[] {
  const names = parts.map(({ name }) => name)
  const twice = names.findIndex((name, index) => names.indexOf(name) < index)
  return twice < 0
    ? []
    : [{ path: [...path, twice], code, message: `The name ${names[twice]} is used twice` }]
}

/** Name, description and values together; of a localised text the longest counts. */
function totalLength(part: CommandPart): number {
  const choices = (part.choices ?? []).reduce(
    (sum, { name, value, name_localizations }) =>
      sum + longest(name, name_localizations) + (typeof value === 'string' ? lengthOf(value) : 0),
    0,
  )
  return (
    longest(part.name, part.name_localizations) +
    longest(part.description, part.description_localizations) +
    choices +
    (part.options ?? []).reduce((sum, option) => sum + totalLength(option), 0)
  )
}

function longest(text: string | null | undefined, localized: Localizations | undefined): number {
  return Math.max(lengthOf(text), ...Object.values(localized ?? {}).map(lengthOf))
}
