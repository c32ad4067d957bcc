import { setTimeout as delay } from 'node:timers/promises'
import { type Static, type TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { Problem } from '../domain/contracts/problem.ts'

/** The API understood and said no. `reason` tells refusals of one code apart. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal'
  readonly status: number
  readonly code: string
  readonly reason: string | undefined
  readonly details: Readonly<Record<string, unknown>>
  readonly retryAfterS: number | undefined

  constructor(problem: Problem, retryAfterS: number | undefined) {
    super(problem.detail)
    this.status = problem.status
    this.code = problem.code
    this.details = problem.details ?? {}
    this.reason = typeof this.details['reason'] === 'string' ? this.details['reason'] : undefined
    this.retryAfterS = retryAfterS
  }
}

/** The API gave no answer. `maybeDone` is false only when it certainly never got the call. */
export class ApiAway extends Error {
  override readonly name = 'ApiAway'
  readonly maybeDone: boolean

  constructor(message: string, maybeDone: boolean, cause: unknown) {
    super(message, { cause })
    this.maybeDone = maybeDone
  }
}

/** Whether asking again later may help: the API restarts, or its database is away. What was accepted stays accepted meanwhile. */
export const isPassing = (error: unknown): boolean =>
  error instanceof ApiAway || (error instanceof ApiRefusal && (error.status >= 500 || error.status === 429))

export type ApiCall<Schema extends TSchema | null> = {
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  /** Below `/api/v1`, with its query. */
  path: string
  headers: Readonly<Record<string, string>>
  body?: unknown
  /** What the answer must be; null for an answer without content. */
  answer: Schema
  /** How long one attempt may take. */
  deadlineMs: number
  /** Pauses before further attempts when the API is away; safe for writes because of their Idempotency-Key. */
  retryAfterMs?: readonly number[]
  signal?: AbortSignal
}

export type ApiAnswer<Schema extends TSchema | null> = {
  status: number
  body: Schema extends TSchema ? Static<Schema> : null
}

/**
 * One call of the API, attempted again while it is away. Connections are kept alive by fetch.
 * @throws {ApiRefusal} what the API refused.
 * @throws {ApiAway} no answer, or none that came from the API.
 * @throws the signal's reason when it was aborted.
 */
export async function callApi<Schema extends TSchema | null>(
  baseUrl: string,
  call: ApiCall<Schema>,
): Promise<ApiAnswer<Schema>> {
  let maybeDone = false
  for (const delayMs of [...(call.retryAfterMs ?? []), null]) {
    try {
      return await attempt(baseUrl, call)
    } catch (error) {
      call.signal?.throwIfAborted()
      if (!(error instanceof ApiAway)) throw error
      maybeDone ||= error.maybeDone
      if (delayMs === null) throw new ApiAway(error.message, maybeDone, error.cause)
      await delay(delayMs, undefined, { signal: call.signal })
    }
  }
  throw new Error('unreachable: the last attempt returns or throws')
}

async function attempt<Schema extends TSchema | null>(
  baseUrl: string,
  call: ApiCall<Schema>,
): Promise<ApiAnswer<Schema>> {
  const deadline = AbortSignal.timeout(call.deadlineMs)
  const { status, text, retryAfter } = await exchange(baseUrl, call, deadline)
  if (status === 204 && call.answer === null) return { status, body: null } as ApiAnswer<Schema>
  const body = parsed(text)
  if (status >= 400) {
    if (Value.Check(Problem, body)) throw new ApiRefusal(body, secondsOf(retryAfter))
    throw new ApiAway(
      `${call.method} ${call.path} was answered ${status} by something else`,
      true,
      text.slice(0, 200),
    )
  }
  if (call.answer === null || !Value.Check(call.answer, body))
    throw new Error(`${call.method} ${call.path} was answered ${status} with what the contract does not know`)
  return { status, body } as ApiAnswer<Schema>
}

async function exchange(
  baseUrl: string,
  { method, path, headers, body, signal }: ApiCall<TSchema | null>,
  deadline: AbortSignal,
): Promise<{ status: number; text: string; retryAfter: string | null }> {
  try {
    const response = await fetch(`${baseUrl}/api/v1${path}`, {
      method,
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    })
    return {
      status: response.status,
      text: await response.text(),
      retryAfter: response.headers.get('retry-after'),
    }
  } catch (cause) {
    throw new ApiAway(`${method} ${path} got no answer`, !neverArrived(cause), cause)
  }
}

const connectFailures = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

function neverArrived(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && connectFailures.has(String(cause.code))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Retry-After as the API sends it, in seconds. */
function secondsOf(retryAfter: string | null): number | undefined {
  const seconds = Number(retryAfter ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined
}
