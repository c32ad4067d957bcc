/** One thing that is wrong with a body, at the place in the body where it is wrong. */
export interface Problem {
  path: (string | number)[]
  code: string
  message: string
}

/** Length as Discord counts it: characters, not UTF-16 units. */
export function lengthOf(text: string | null | undefined): number {
  return text ? Array.from(text).length : 0
}

/** The problem of a text with more characters, or a list with more parts, than `limit`. */
export function tooLong(path: (string | number)[], limit: number): Problem {
  return { path, code: 'BASE_TYPE_BAD_LENGTH', message: `Must be ${limit} or fewer in length.` }
}

/** The problem of what is missing. */
export function required(path: (string | number)[]): Problem {
  return { path, code: 'BASE_TYPE_REQUIRED', message: 'This field is required' }
}
