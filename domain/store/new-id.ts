import { randomBytes } from 'node:crypto'
import { v7 } from 'uuid'

/** A UUIDv7 (RFC 9562, section 5.7): sorts by the time it was made. */
export const newId = (): string => v7()

/** Many of them, each greater than the one before: random bytes for all at once cost as much as those for one. */
export function newIds(count: number): string[] {
  const random = randomBytes(16 * count + 4)
  const [msecs, first] = [Date.now(), random.readUInt32BE(16 * count) >>> 1]
  return Array.from({ length: count }, (_, at) =>
    v7({ random: random.subarray(16 * at, 16 * at + 16), msecs, seq: first + at }),
  )
}
