import type { TLocalizedValidationError } from 'typebox/error'

/** A place of a request, and what is wrong there. */
export type Issue = { path: string; message: string }

/** A text that has something besides blanks. */
const notBlank = String.raw`\S`

/** What is wrong with a part of a request, in words for whoever sent it, never with what was there. `part` is what it is a part of. */
export function wordIssues(part: string, errors: readonly TLocalizedValidationError[]): Issue[] {
  const isOther = errors.some(({ keyword }) => !isOfOthers(keyword))
  const told = errors.filter(({ keyword }) => !isOther || !isOfOthers(keyword))
  const at = Map.groupBy(told, ({ instancePath }) => instancePath)
  return [...at].flatMap(([instancePath, here]) => {
    // What each form of a union wants at one place is told once, together.
    const messages = new Set(here.map((error) => wordOf(error, here)))
    return [...messages].map((message) => ({ path: `${part}${instancePath}`, message }))
  })
}

/** It follows from what is said of other places. */
const isOfOthers = (keyword: string): boolean => keyword === 'anyOf' || keyword === 'additionalProperties'

function wordOf(error: TLocalizedValidationError, here: readonly TLocalizedValidationError[]): string {
  const { keyword, message } = error
  if (keyword === 'boolean') return 'is not known here'
  if (keyword === 'anyOf') return 'is none of what is allowed here'
  if (keyword === 'const' || keyword === 'enum') return oneOf(here.flatMap(allowedBy))
  return keyword === 'pattern' && isNotBlank(error) ? 'must not be blank' : message
}

function allowedBy(error: TLocalizedValidationError): unknown[] {
  if (error.keyword === 'const') return [error.params.allowedValue]
  return error.keyword === 'enum' ? error.params.allowedValues : []
}

function oneOf(values: readonly unknown[]): string {
  const words = [...new Set(values.map(String))]
  return words.length === 1 ? `must be ${words[0]}` : `must be one of: ${words.join(', ')}`
}

const isNotBlank = ({ params }: { params: { pattern: string | RegExp } }): boolean =>
  (typeof params.pattern === 'string' ? params.pattern : params.pattern.source) === notBlank
