import { Refusal } from '../../contracts/refusal.ts'

/** The refusal of everything that needs the mirror before the directory was read for the first time. */
export function mirrorMissing(): Refusal {
  return new Refusal('UNAVAILABLE', 'The directory has not been read yet. Please try again in a minute.', {
    reason: 'MIRROR_MISSING',
    retryAfterS: 30,
  })
}
