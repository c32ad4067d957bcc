import type { ApiAnswer } from './api-route.ts'
import { tooMany } from './rate-limits.ts'

/** Trouble for the next `times` requests that match. */
export interface Trouble {
  method: string
  /** Matched against the path without `/api/v10`: `/^\/channels\/\d+\/messages$/`. */
  path: RegExp
  /** Infinity: until it is called off. */
  times: number
  answer: {
    /** Without it the request is answered as usual, after `delayMs`. */
    status?: number
    body?: unknown
    headers?: Record<string, string>
    /** Real milliseconds before the answer. */
    delayMs?: number
    /** No answer comes: the connection is cut, or stays silent until the bot gives it up. */
    instead?: 'cut' | 'silence'
    /** True: what was asked is done, and only the answer lies or gets lost, like a 502 after the deed. */
    afterAccepting?: boolean
  }
}

/** The first trouble in store for this request, one time of it used up. */
export function takeTrouble(
  troubles: Trouble[],
  method: string,
  path: string,
): Trouble['answer'] | undefined {
  const index = troubles.findIndex((trouble) => trouble.method === method && trouble.path.test(path))
  const trouble = troubles[index]
  if (!trouble) return undefined
  trouble.times -= 1
  if (trouble.times <= 0) troubles.splice(index, 1)
  return trouble.answer
}

/** What trouble answers, with the parts that its author left out as Discord would have them. */
export function troubledAnswer(answer: Trouble['answer'], status: number): ApiAnswer {
  if (status === 429) {
    const asked = (answer.body as { retry_after?: number } | undefined)?.retry_after
    const usual = tooMany((asked ?? 0.2) * 1000, 'user')
    return { status, body: answer.body ?? usual.body, headers: { ...usual.headers, ...answer.headers } }
  }
  return {
    status,
    body: answer.body ?? (status === 204 ? undefined : { message: `${status}: scripted`, code: 0 }),
    headers: answer.headers ?? {},
  }
}
