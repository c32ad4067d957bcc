/** The stable codes of an expected refusal, with the HTTP status each is answered with. */
export const refusalStatus = {
  VALIDATION_ERROR: 400,
  NOT_AUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_LINKED: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  PRECONDITION_FAILED: 412,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  TOO_MANY_REQUESTS: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const

export type RefusalCode = keyof typeof refusalStatus

/**
 * Something that was asked for and is refused on purpose. `code` is stable, `message` is a sentence for a
 * person, `reason` tells refusals of one code apart (`LIST_CLOSED`) so that a caller can word them itself.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly reason: string | undefined
  readonly details: Readonly<Record<string, unknown>> | undefined
  readonly retryAfterS: number | undefined

  constructor(
    code: RefusalCode,
    message: string,
    more: { reason?: string; details?: Record<string, unknown>; retryAfterS?: number; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? {} : { cause: more.cause })
    this.code = code
    this.reason = more.reason
    this.details = more.details
    this.retryAfterS = more.retryAfterS
  }

  get status(): number {
    return refusalStatus[this.code]
  }
}
