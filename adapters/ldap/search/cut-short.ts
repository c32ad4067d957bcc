import { asFailure, type DirectoryFailure, IncompleteRead } from '../failure.ts'
import { resultCode } from '../result-codes.ts'

/** True where a read stopped short: a limit of the server (4, 11), or the rest is elsewhere (10). */
const isCutShort = ({ code }: DirectoryFailure): boolean =>
  code === resultCode.sizeLimitExceeded ||
  code === resultCode.adminLimitExceeded ||
  code === resultCode.referral

/** What went wrong with a read that was sent: whoever reads has to tell an answer that stopped short from none. */
export function asReadFailure(error: unknown): DirectoryFailure | IncompleteRead {
  const failure = asFailure(error, true)
  if (!isCutShort(failure)) return failure
  return new IncompleteRead(`the directory did not give everything: ${failure.message}`, { cause: failure })
}

/** Referrals are never followed: what another server has is not in the answer. */
export const referredElsewhere = (addresses: readonly string[]): IncompleteRead =>
  new IncompleteRead(`the directory referred to another server: ${addresses.join(' ')}`)
