import { NoResultError, ResultCodeError } from 'ldapts'

/** What to do about a failed operation. */
export type FailureKind = 'unknown-outcome' | 'transient' | 'recompute' | 'pause' | 'permanent'

/**
 * A failed LDAP operation. `code` is the result code (RFC 4511, appendix A), null when the connection failed;
 * after `unknown-outcome` the server may or may not have done what was asked.
 */
export class DirectoryFailure extends Error {
  override readonly name = 'DirectoryFailure'
  readonly kind: FailureKind
  readonly code: number | null

  constructor(kind: FailureKind, code: number | null, message: string, cause?: unknown) {
    super(message, { cause })
    this.kind = kind
    this.code = code
  }
}

/** An answer that stopped short: nothing may be concluded from what is not in it. */
export class IncompleteRead extends Error {
  override readonly name = 'IncompleteRead'
}

const transient = new Set([3, 8, 51, 52, 80])
const recompute = new Set([16, 20, 32, 68, 122])
const pause = new Set([10, 11, 13, 48, 49, 50, 53])

/** Puts a result code into the class that says how to go on. */
export function kindOfCode(code: number): FailureKind {
  if (transient.has(code)) return 'transient'
  if (recompute.has(code)) return 'recompute'
  return pause.has(code) ? 'pause' : 'permanent'
}

/** Wraps whatever an operation threw; `sent` tells whether the request may have reached the server. */
export function asFailure(error: unknown, sent: boolean): DirectoryFailure {
  if (error instanceof DirectoryFailure) return error
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof ResultCodeError && !(error instanceof NoResultError))
    return new DirectoryFailure(
      kindOfCode(error.code),
      error.code,
      `the directory answered ${error.code}: ${message}`,
      error,
    )
  return new DirectoryFailure(
    sent ? 'unknown-outcome' : 'transient',
    null,
    `no answer from the directory: ${message}`,
    error,
  )
}

/** True when the connection itself is no longer to be trusted. */
export const brokeConnection = (failure: DirectoryFailure): boolean =>
  failure.code === null || failure.code === 8
