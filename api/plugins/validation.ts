import type { FastifyRequest } from 'fastify'
import { type TSchema, type TObject, IsInteger, IsObject } from 'typebox'
import { Compile } from 'typebox/compile'
import { Refusal } from '../../domain/contracts/refusal.ts'
import type { Server } from './typed-server.ts'
import { type Issue, wordIssues } from './word-issues.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Texts of the body may have line breaks and tabs; or any characters, where the route itself makes them fit. */
    bodyTexts?: 'lines' | 'any'
  }
}

/** Of the process, as what writes answers is: its servers share most schemas. */
const checks = new WeakMap<TSchema, ReturnType<typeof Compile>>()

/**
 * Checks requests with TypeBox. Nothing is coerced but whole numbers in a query string, which has only strings; no text with
 * control characters gets in anywhere (Postgres refuses NUL, people can't see the others), and no name that could lead to a
 * prototype.
 */
export function addValidation(server: Server): void {
  server.setValidatorCompiler<TSchema>(({ schema, httpPart }) => {
    const check = checks.get(schema) ?? Compile(schema)
    checks.set(schema, check)
    return (value: unknown) => {
      const given = httpPart === 'querystring' && IsObject(schema) ? withNumbers(schema, value) : value
      if (check.Check(given)) return { value: given }
      return { error: invalid(wordIssues(httpPart ?? '', check.Errors(given))) }
    }
  })
  server.addHook('preValidation', (request, _reply, done) => done(wrongTextIn(request)))
}

/** The refusal of input, naming the places that are wrong but never what was there. */
export function invalid(issues: readonly Issue[]): Refusal {
  const sentence = issues.map((issue) => `${issue.path} ${issue.message}`).join('; ')
  return new Refusal('VALIDATION_ERROR', `The request is not valid: ${sentence}.`, { details: { issues } })
}

function withNumbers(schema: TObject, query: unknown): unknown {
  const given: Record<string, unknown> = { ...(query as Record<string, unknown>) }
  for (const [name, property] of Object.entries(schema.properties)) {
    const value = given[name]
    if (IsInteger(property) && typeof value === 'string' && /^-?[0-9]{1,9}$/.test(value))
      given[name] = Number(value)
    else if (value === undefined && property !== undefined && 'default' in property)
      given[name] = property.default
  }
  return given
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const controlCharacter = /[\u0000-\u001f\u007f]/

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const controlButLines = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/
const nothingAtAll = /(?!)/

/** Bodies of JSON that have such names as keys, nested, were refused when they were parsed: these are those of forms and queries. */
const toPrototype = /(?:^|[.[])(?:__proto__|constructor\]?[.[]prototype)/

function wrongTextIn(request: FastifyRequest): Refusal | undefined {
  const { bodyTexts } = request.routeOptions.config
  const inBody = { lines: controlButLines, any: nothingAtAll, line: controlCharacter }[bodyTexts ?? 'line']
  for (const part of ['params', 'query', 'body'] as const) {
    const issue = issueIn(request[part], { path: part, refused: part === 'body' ? inBody : controlCharacter })
    if (issue !== null) return invalid([issue])
  }
  return undefined
}

/** The first thing that is wrong below `path`. It walks as deep as bodies may be. */
function issueIn(value: unknown, { path, refused }: { path: string; refused: RegExp }): Issue | null {
  if (typeof value === 'string') return refused.test(value) ? unprintable(path) : null
  if (typeof value !== 'object' || value === null) return null
  for (const [key, inner] of Object.entries(value)) {
    if (refused.test(key)) return unprintable(path)
    if (toPrototype.test(key)) return { path, message: 'must not name a prototype' }
    const found = issueIn(inner, { path: `${path}/${key}`, refused })
    if (found !== null) return found
  }
  return null
}

const unprintable = (path: string): Issue => ({ path, message: 'must not contain control characters' })
