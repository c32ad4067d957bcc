import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'

/** With what a process ends that was told something wrong (EX_CONFIG, sysexits.h): starting it again as it is won't help. */
export const exitConfig = 78

/** Everything wrong with the environment, found in one go; the process ends with `exitConfig`. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} problem(s):\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    )
    this.problems = problems
  }
}

/** A variable of the environment; `example` is what may be written after `NAME=`. */
export type Variable<Schema extends TSchema = TSchema> = {
  schema: Schema
  meaning: string
  example: string
  fallback?: string
  optional?: true
  secret?: true
}

type Values<Pieces extends Record<string, Variable>> = {
  [Name in keyof Pieces]: Pieces[Name] extends { optional: true }
    ? Static<Pieces[Name]['schema']> | undefined
    : Static<Pieces[Name]['schema']>
}

/** Every value that a process was given. `undefined` and the empty string both mean: not set. */
export type Environment = Record<string, string | undefined>

/**
 * The variables of `.env.dev` or `.env.prod` (chosen by APP_ENV, from `folder`) below those that were injected.
 * @throws {ConfigError} when the file can't be read.
 */
export function withEnvFile(injected: Environment, folder: string): Environment {
  const file = `${folder}/.env.${injected['APP_ENV'] || 'dev'}`
  if (!existsSync(file)) return injected
  try {
    const below = parseEnv(textOf(file))
    // A secret that was injected as a file is injected, too.
    for (const name of Object.keys(below)) if (injected[`${name}_FILE`]) delete below[name]
    return { ...below, ...injected }
  } catch (cause) {
    throw new ConfigError([
      `${file} can't be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    ])
  }
}

/**
 * Reads the named variables; a secret may come from the file that `NAME_FILE` names. `check` tells what is wrong with
 * the values that no single variable shows; it gets those that are valid by themselves.
 * @throws {ConfigError} naming everything that is missing or wrong, with an example.
 */
export function readEnvironment<Pieces extends Record<string, Variable>>(
  pieces: Pieces,
  environment: Environment,
  check: (valid: Partial<Values<Pieces>>) => readonly string[] = () => [],
): Values<Pieces> {
  const { values, problems } = readWhatIsValid(pieces, environment, check)
  if (problems.length > 0) throw new ConfigError(problems)
  return values as Values<Pieces>
}

/** The same for whoever goes on with what is valid: it comes beside the problems. */
export function readWhatIsValid<Pieces extends Record<string, Variable>>(
  pieces: Pieces,
  environment: Environment,
  check: (valid: Partial<Values<Pieces>>) => readonly string[] = () => [],
): { values: Partial<Values<Pieces>>; problems: readonly string[] } {
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  for (const [name, variable] of Object.entries(pieces)) {
    const before = problems.length
    const raw = rawValue(name, variable, environment, problems)
    if (raw === undefined) {
      // A file that can't be read was said to be wrong already.
      if (!variable.optional && problems.length === before)
        problems.push(`${name} is missing: ${variable.meaning}. Example: ${name}=${variable.example}`)
      continue
    }
    const value = Type.IsInteger(variable.schema) ? wholeNumberIn(raw) : raw
    if (Value.Check(variable.schema, value)) values[name] = value
    else
      problems.push(
        `${name} is not valid (${[shown(variable, raw), ...whatItMustBe(variable.schema)].join(', ')}): ${variable.meaning}. Example: ${name}=${variable.example}`,
      )
  }
  const valid = values as Partial<Values<Pieces>>
  problems.push(...check(valid))
  return { values: valid, problems }
}

/** The number that a text is; a text that is no whole number stays one, and is not valid. */
const wholeNumberIn = (raw: string): number | string => (/^-?\d{1,15}$/.test(raw) ? Number(raw) : raw)

function rawValue(
  name: string,
  variable: Variable,
  environment: Environment,
  problems: string[],
): string | undefined {
  if (environment[name]) return environment[name]
  const file = variable.secret ? environment[`${name}_FILE`] : undefined
  if (!file) return variable.fallback
  try {
    // As with a variable, the empty text means: not set.
    return textOf(file).trimEnd() || variable.fallback
  } catch (cause) {
    problems.push(`${name}_FILE can't be read: ${cause instanceof Error ? cause.message : String(cause)}`)
    return variable.fallback
  }
}

/**
 * Some editors begin a file with a byte order mark, which would become a part of the first name or of a password; some on Windows save
 * it in UTF-16, which shows by its zeros, in which no name would be found.
 */
function textOf(file: string): string {
  const text = readFileSync(file, 'utf8')
  if (text.includes('\0'))
    throw new Error('it is in UTF-16, as some programs on Windows save text: save it as UTF-8')
  return text.replace(/^\uFEFF/, '')
}

/** What a value was measured by, where that can be said in words. */
function whatItMustBe(schema: TSchema): string[] {
  const { description, minimum, maximum, minLength, enum: choices } = schema as Measures
  if (description !== undefined) return [description]
  if (minimum !== undefined) return [`must be a whole number from ${minimum} to ${maximum}`]
  if (choices !== undefined) return [`must be one of ${choices.join(', ')}`]
  return minLength === undefined ? [] : [`must be at least ${minLength} characters`]
}

type Measures = {
  description?: string
  minimum?: number
  maximum?: number
  minLength?: number
  enum?: string[]
}

/** A secret is never shown; of an address only what is not its password. */
function shown(variable: Variable, raw: string): string {
  return variable.secret ? 'its value is not shown' : JSON.stringify(raw.replace(/:\/\/[^@/]*@/, '://…@'))
}
