import * as fc from 'fast-check'
import type { Described, Schema } from './openapi.ts'
import { type CallerName, callerNames } from './cast.ts'

/** A request as it goes out. `body` is what is sent, as text. */
export type AnyRequest = {
  caller: CallerName
  path: string
  headers: Record<string, string>
  body: string | null
}

type Json = fc.JsonValue

/** What people with bad intentions, and broken programs, put into fields. */
const strange = fc.constantFrom(
  '\0',
  'a\0b',
  "'; drop table member; --",
  '*)(uid=*',
  '\\2a',
  'cn=admin,dc=example,dc=org',
  '../../etc/passwd',
  '%00',
  '%E0%A4%A',
  '__proto__',
  'constructor',
  'toString',
  '\u202Egnp.exe',
  '\uD800',
  '😀'.repeat(50),
  'x'.repeat(5000),
  '\r\nset-cookie: a=b',
  '<script>alert(1)</script>',
  '${jndi:ldap://x}',
  '9'.repeat(40),
  '-1',
  'null',
)

const anyText = fc.oneof(
  { weight: 2, arbitrary: strange },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
)

/** A request to this operation: mostly what its description asks for, and something wrong now and then. */
export function requestTo(
  described: Described,
  schemas: Record<string, Schema>,
  known: Record<string, string>,
): fc.Arbitrary<AnyRequest> {
  const parts = described.parameters.map((parameter): [string, fc.Arbitrary<string | null>] => {
    const fitting = asText(valueOf(parameter.schema, schemas))
    const value =
      parameter.in === 'path'
        ? fc.oneof(
            { weight: 6, arbitrary: fc.constant(known[parameter.name] ?? 'unknown') },
            { weight: 2, arbitrary: fitting },
            { weight: 2, arbitrary: anyText },
          )
        : parameter.name === 'wait'
          ? // Longer waits would only make the test wait.
            fc.constantFrom(null, '0', '26', '-1', '1.5', 'x', '')
          : fc.oneof(
              { weight: 3, arbitrary: fc.constant(null) },
              { weight: 3, arbitrary: fitting },
              { weight: 1, arbitrary: anyText },
            )
    return [`${parameter.in} ${parameter.name}`, value]
  })
  const body =
    described.body === null
      ? fc.constant(null)
      : fc.oneof(
          { weight: 6, arbitrary: valueOf(described.body, schemas).map((value) => JSON.stringify(value)) },
          { weight: 3, arbitrary: spoilt(valueOf(described.body, schemas)) },
          {
            weight: 1,
            arbitrary: fc.constantFrom('{', '[]', 'null', '"x"', '{"__proto__":{"isAdmin":true}}', ''),
          },
        )
  return fc
    .record({
      caller: fc.constantFrom(...callerNames),
      parameters: fc.record(Object.fromEntries(parts)),
      body,
    })
    .map(({ caller, parameters, body: sent }) => built(described, { caller, parameters, body: sent }))
}

function built(
  { path, parameters }: Described,
  given: { caller: CallerName; parameters: Record<string, string | null>; body: string | null },
): AnyRequest {
  const query = new URLSearchParams()
  const headers: Record<string, string> = given.body === null ? {} : { 'content-type': 'application/json' }
  let filled = path
  for (const { name, in: place } of parameters) {
    const value = given.parameters[`${place} ${name}`] ?? null
    // An empty name, and one that climbs, lead to another address.
    if (place === 'path') filled = filled.replace(`{${name}}`, segment(value ?? 'unknown'))
    else if (value === null) continue
    else if (place === 'query') query.set(name, value.toWellFormed())
    else if (/^[\u0020-\u007e]*$/.test(value) && name !== 'x-discord-user') headers[name] = value
  }
  const asked = query.size === 0 ? filled : `${filled}?${query.toString()}`
  return { caller: given.caller, path: asked, headers, body: given.body }
}

function segment(value: string): string {
  const encoded = encodeURIComponent(value.toWellFormed())
  return encoded === '' || encoded === '.' || encoded === '..' ? 'unknown' : encoded
}

const asText = (value: fc.Arbitrary<Json>): fc.Arbitrary<string> =>
  value.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))

/** The same with one thing wrong: a field less, more, or of another kind. */
function spoilt(value: fc.Arbitrary<Json>): fc.Arbitrary<string> {
  return fc.tuple(value, fc.jsonValue(), anyText, fc.nat()).map(([whole, other, key, at]) => {
    if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) return JSON.stringify(other)
    const keys = Object.keys(whole)
    const field = keys[at % Math.max(1, keys.length)] ?? key
    const changed = { ...whole } as Record<string, Json>
    if (at % 4 === 0) delete changed[field]
    else if (at % 4 === 1) changed[field] = other
    else if (at % 4 === 2) changed[field] = key
    else changed[key] = other
    return JSON.stringify(changed)
  })
}

/** Values that fit a schema: the kinds that the document uses. */
function valueOf(schema: Schema, schemas: Record<string, Schema>): fc.Arbitrary<Json> {
  const { $ref, enum: choices, const: only, anyOf, type } = schema
  if (typeof $ref === 'string') return valueOf(schemas[$ref.split('/').at(-1) ?? ''] ?? {}, schemas)
  if (Array.isArray(choices)) return fc.constantFrom(...(choices as Json[]))
  if (only !== undefined) return fc.constant(only)
  if (Array.isArray(anyOf)) return fc.oneof(...(anyOf as Schema[]).map((one) => valueOf(one, schemas)))
  switch (type) {
    case 'string':
      return textOf(schema)
    case 'integer':
      return fc.integer({ min: Number(schema['minimum'] ?? -1000), max: Number(schema['maximum'] ?? 1000) })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(valueOf((schema['items'] ?? {}) as Schema, schemas), {
        minLength: Number(schema['minItems'] ?? 0),
        maxLength: 4,
      })
    case 'object':
      return objectOf(schema, schemas)
    default:
      return fc.jsonValue()
  }
}

function textOf({ format, pattern, minLength, maxLength }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((time) => time.toISOString())
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern))
  return fc.string({ minLength: Number(minLength ?? 0), maxLength: Math.min(Number(maxLength ?? 40), 300) })
}

function objectOf(schema: Schema, schemas: Record<string, Schema>): fc.Arbitrary<Json> {
  const { properties, additionalProperties, required = [] } = schema
  if (properties === undefined && typeof additionalProperties === 'object') {
    const key = fc.oneof(fc.constantFrom('owned', 'other'), anyText)
    return fc.dictionary(key, valueOf(additionalProperties as Schema, schemas), { maxKeys: 4 })
  }
  const fields = Object.entries((properties ?? {}) as Record<string, Schema>)
  return fc.record(Object.fromEntries(fields.map(([name, one]) => [name, valueOf(one, schemas)])), {
    requiredKeys: required as string[],
  })
}
