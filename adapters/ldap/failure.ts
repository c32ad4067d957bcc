import { NoResultError, ResultCodeError } from 'ldapts'
import type { DirectoryConfig } from './connection/connect-options.ts'
import { StartTlsRefused } from './connection/start-tls.ts'
import { resultCode } from './result-codes.ts'

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

const codesOf: Readonly<Record<'transient' | 'recompute' | 'pause', ReadonlySet<number>>> = {
  transient: new Set([
    resultCode.operationsError,
    resultCode.timeLimitExceeded,
    resultCode.busy,
    resultCode.unavailable,
    resultCode.other,
  ]),
  recompute: new Set([
    resultCode.noSuchAttribute,
    resultCode.attributeOrValueExists,
    resultCode.noSuchObject,
    resultCode.entryAlreadyExists,
    resultCode.assertionFailed,
  ]),
  pause: new Set([
    resultCode.authMethodNotSupported,
    resultCode.strongerAuthRequired,
    resultCode.referral,
    resultCode.adminLimitExceeded,
    resultCode.confidentialityRequired,
    resultCode.inappropriateAuthentication,
    resultCode.invalidCredentials,
    resultCode.insufficientAccessRights,
    resultCode.unwillingToPerform,
    resultCode.loopDetect,
  ]),
}

/**
 * Puts a result code into the class that says how to go on. `strongerAuthRequired` means `pause` here: the server wants a stronger bind than ours.
 * Where it only forgot our bind, `adapters/ldap/connection/connection.ts` finds that out and says `transient`.
 */
export function kindOfCode(code: number): FailureKind {
  if (codesOf.transient.has(code)) return 'transient'
  if (codesOf.recompute.has(code)) return 'recompute'
  return codesOf.pause.has(code) ? 'pause' : 'permanent'
}

/**
 * True for the codes that say no more than that something went wrong (1 and 80): worth trying again, but a server that
 * goes on saying so means the change. Whoever tries again counts, and takes it for `permanent` in the end.
 */
export const isUnexplained = ({ code }: DirectoryFailure): boolean =>
  code === resultCode.operationsError || code === resultCode.other

/** Wraps whatever an operation threw; `sent` tells whether the request may have reached the server. */
export function asFailure(error: unknown, sent: boolean): DirectoryFailure {
  if (error instanceof DirectoryFailure) return error
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof ResultCodeError && !(error instanceof NoResultError))
    return new DirectoryFailure(
      kindOfCode(error.code),
      error.code,
      `the directory answered ${error.code}${inWords(error)}`,
      error,
    )
  return new DirectoryFailure(
    sent ? 'unknown-outcome' : 'transient',
    null,
    `no answer from the directory: ${message}`,
    error,
  )
}

/** The name of a code (RFC 4511, appendix A), and what the server said to it, which is often nothing. */
function inWords({ name, message, code }: ResultCodeError): string {
  const known = Object.entries(resultCode).find(([, one]) => one === code)?.[0]
  // The library puts the code behind the server's words, in another spelling.
  const said = message.replace(/\s*Code: 0x[0-9a-f]+$/, '').trim()
  return ` (${known ?? lowerFirst(name.replace(/Error$/, ''))})${said === '' ? '' : `: ${said}`}`
}

const lowerFirst = (name: string): string => `${name[0]?.toLowerCase()}${name.slice(1)}`

/** The same failure in another class, where more is known than its code. */
export const withKind = (failure: DirectoryFailure, kind: FailureKind): DirectoryFailure =>
  new DirectoryFailure(kind, failure.code, failure.message, failure)

/**
 * Wraps why there is no connection, and says what is wrong with a certificate and which variable mends it. `transient`, for
 * all of it: no change is at fault for that, and each waits until there is a connection.
 */
export function asConnectFailure(error: unknown, config: DirectoryConfig): DirectoryFailure {
  const { message, code } = error as NodeJS.ErrnoException
  return new DirectoryFailure(
    'transient',
    null,
    `no connection to the directory at ${config.url}: ${whatIsWrong(error, config) ?? (message || code)}`,
    error,
  )
}

/** OpenSSL's names for a certificate that leads to no authority that is trusted here. */
const untrusted = new Set([
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'INVALID_CA',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

function whatIsWrong(error: unknown, { url, caFile }: DirectoryConfig): string | null {
  if (!(error instanceof Error)) return null
  // Node adds advice of its own, which is about Node.
  const [message] = error.message.split(';')
  if (error instanceof StartTlsRefused)
    return `it refused StartTLS (${message}). Nothing was sent in plain. Enable TLS there, or use ldaps:// in LDAP_URL`
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined) return null
  if (untrusted.has(code)) {
    const remedy = caFile
      ? `LDAP_CA_FILE (${caFile}) is not the authority that signed it; name the file of the one that did`
      : 'set LDAP_CA_FILE to the authority that signed it'
    return `its certificate is signed by nobody who is trusted here (${message}): ${remedy}`
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return `its certificate, or that of its authority, is not valid today (${message}): renew it there (the authority’s in LDAP_CA_FILE, too), and look at this machine’s clock`
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `its certificate is not for ${new URL(url).hostname} but for ${namesIn(error)}: put one of these into LDAP_URL, or give the server a certificate for that host`
  if (url.startsWith('ldaps:') && (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ECONNRESET'))
    return `it does not speak TLS there (${message}): LDAP_URL needs the port of ldaps (636), or ldap:// with LDAP_STARTTLS=on`
  return null
}

/** What Node tells of the certificate whose names don't fit. */
function namesIn(error: Error & { cert?: { subjectaltname?: string; subject?: { CN?: string } } }): string {
  return error.cert?.subjectaltname ?? error.cert?.subject?.CN ?? 'nobody'
}

/** True when the connection itself is no longer to be trusted. */
export const brokeConnection = (failure: DirectoryFailure): boolean =>
  failure.code === null || failure.code === resultCode.strongerAuthRequired
