import { Refusal } from '../../domain/contracts/refusal.ts'

const kibibyte = 1024

/** Lets a route take bodies of another size than the others', and has it say so when one is larger. */
export function bodiesUpTo(kibibytes: number): {
  bodyLimit: number
  errorHandler: (error: Error & { statusCode?: number }) => never
} {
  const said = kibibytes < kibibyte ? `${kibibytes} KiB` : `${kibibytes / kibibyte} MiB`
  return {
    bodyLimit: kibibytes * kibibyte,
    errorHandler: (error) => {
      if (error.statusCode !== 413) throw error
      throw new Refusal('PAYLOAD_TOO_LARGE', `The body is too large: at most ${said}.`, { cause: error })
    },
  }
}
