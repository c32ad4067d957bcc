import { readFileSync } from 'node:fs'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { fullFormats } from 'ajv-formats/dist/formats.js'
import type { Problem } from './problems.ts'

/** The parts of Discord's description that bodies are checked against: what the bot sends, and in tests what it is answered. */
const bodySchemas = [
  'ApplicationCommandAutocompleteCallbackRequest',
  'ApplicationCommandUpdateRequest',
  'CreateMessageInteractionCallbackRequest',
  'CreatePrivateChannelRequest',
  'GuildMemberResponse',
  'GuildRoleResponse',
  'IncomingWebhookRequestPartial',
  'IncomingWebhookUpdateRequestPartial',
  'MessageCreateRequest',
  'MessageEditRequestPartial',
  'ModalInteractionCallbackRequest',
  'UpdateMessageInteractionCallbackRequest',
  'UpdateThreadRequestPartial',
  'UserPIIResponse',
] as const

export type BodySchema = (typeof bodySchemas)[number]

export interface ApiDescription {
  /** What is wrong with a body, by Discord's own description; empty when nothing is. */
  check(schema: BodySchema, body: unknown): Problem[]
  /** The locales that Discord knows (`en-US`, `zh-TW` ...). */
  locales(): ReadonlySet<string>
}

interface Schema {
  [keyword: string]: unknown
  $ref?: string
  oneOf?: Schema[]
  properties?: Record<string, Schema>
  enum?: unknown[]
  const?: unknown
}

// Compiling takes a tenth of a second: it is done once in a process, however many stand-ins there are.
let description: ApiDescription | undefined

/** Discord's OpenAPI description of its REST API, read and compiled at the first check that needs it. */
export const createApiDescription = (): ApiDescription => (description ??= describeApi())

function describeApi(): ApiDescription {
  let schemas: Record<string, Schema> | undefined
  const all = () => (schemas ??= readSchemas())
  const compilers = new Map<boolean, Ajv2020>()

  function validator(schema: BodySchema, coerceTypes: boolean): ValidateFunction {
    let ajv = compilers.get(coerceTypes)
    if (!ajv) {
      ajv = createAjv(coerceTypes)
      ajv.addSchema({ $id: 'discord', components: { schemas: neededSchemas(all()) } })
      compilers.set(coerceTypes, ajv)
    }
    const found = ajv.getSchema(`discord#/components/schemas/${schema}`)
    if (!found) throw new Error(`discord-openapi.json has no schema ${schema}`)
    return found
  }

  return {
    check(schema, body) {
      const strict = validator(schema, false)
      if (strict(body)) return []
      // The description types `default_member_permissions` as an integer, and Discord reads digits as one. Only the
      // second look coerces: a nonce of digits would, coerced, match two of its three types and be refused.
      const coercing = validator(schema, true)
      if (coercing(structuredClone(body))) return []
      return plainProblems(coercing.errors ?? [])
    },
    locales: () => new Set(all()['AvailableLocalesEnum']?.oneOf?.map((locale) => String(locale.const))),
  }
}

function readSchemas(): Record<string, Schema> {
  const text = readFileSync(new URL('discord-openapi.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { components: { schemas: Record<string, Schema> } }).components.schemas
}

function createAjv(coerceTypes: boolean): Ajv2020 {
  return new Ajv2020({
    allErrors: true,
    coerceTypes,
    strict: false,
    validateSchema: false,
    formats: { 'date-time': fullFormats['date-time'], uri: fullFormats.uri },
    logger: false,
  })
}

/** The checked schemas with everything they refer to: a tenth of the whole, which takes a tenth of the time to load. */
function neededSchemas(all: Record<string, Schema>): Record<string, Schema> {
  const needed: Record<string, Schema> = {}
  const open: string[] = [...bodySchemas]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const schema = all[name]
    if (needed[name] || !schema) continue
    needed[name] = chooseByType(schema, all) as Schema
    for (const [, inner] of JSON.stringify(schema).matchAll(/#\/components\/schemas\/(\w+)/g))
      if (inner !== undefined) open.push(inner)
  }
  return needed
}

/**
 * Rewrites "one of these components" as "the one that `type` names": the same bodies pass, but a wrong label is
 * reported as that, not as forty ways in which a button is no container.
 */
function chooseByType(node: unknown, all: Record<string, Schema>): unknown {
  if (Array.isArray(node)) return node.map((item) => chooseByType(item, all))
  if (typeof node !== 'object' || node === null) return node
  const { oneOf, ...rest } = node as Schema
  const tags = oneOf?.map((branch) => typesOf(branch, all)) ?? []
  const copy = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, chooseByType(value, all)]))
  if (!oneOf) return copy
  if (!tags.every((tag) => tag !== undefined)) return { ...copy, oneOf: chooseByType(oneOf, all) }
  return {
    ...copy,
    type: 'object',
    required: ['type'],
    properties: { type: { enum: tags.flat() } },
    allOf: oneOf.map((branch, index) => ({
      anyOf: [{ not: { properties: { type: { enum: tags[index] } } } }, branch],
    })),
  }
}

function typesOf(branch: Schema, all: Record<string, Schema>): unknown[] | undefined {
  return branch.$ref === undefined
    ? undefined
    : all[branch.$ref.split('/').at(-1) ?? '']?.properties?.['type']?.enum
}

const consequences = new Set(['not', 'oneOf', 'anyOf', 'allOf'])

function plainProblems(errors: ErrorObject[]): Problem[] {
  const causes = errors.filter(({ keyword }) => !consequences.has(keyword))
  // Of a place that may hold several types, the type that it nearly had says what is wrong.
  const placed = new Set(
    causes.filter(({ keyword }) => keyword !== 'type').map(({ instancePath }) => instancePath),
  )
  const telling = causes.filter(
    ({ keyword, params, instancePath }) =>
      keyword !== 'type' || (params['type'] !== 'null' && !placed.has(instancePath)),
  )
  const problems = new Map<string, Problem>()
  for (const error of telling.length > 0 ? telling : errors) {
    const problem = asProblem(error)
    problems.set(JSON.stringify(problem), problem)
  }
  return [...problems.values()]
}

function asProblem({ instancePath, keyword, params, message }: ErrorObject): Problem {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  const limit = Number(params['limit'])
  switch (keyword) {
    case 'required':
      return {
        path: [...path, String(params['missingProperty'])],
        code: 'BASE_TYPE_REQUIRED',
        message: 'This field is required',
      }
    case 'maxLength':
    case 'maxItems':
      return { path, code: 'BASE_TYPE_BAD_LENGTH', message: `Must be ${limit} or fewer in length.` }
    case 'minLength':
    case 'minItems':
      return { path, code: 'BASE_TYPE_BAD_LENGTH', message: `Must be ${limit} or more in length.` }
    case 'enum':
      return {
        path,
        code: 'BASE_TYPE_CHOICES',
        message: `Value must be one of ${String(params['allowedValues'])}.`,
      }
    default:
      return { path, code: 'BASE_TYPE_INVALID', message: `Value ${message ?? 'is invalid'}.` }
  }
}
