import { createHash } from 'node:crypto'

/** Discord takes 25 characters; a longer id becomes a digest of itself, the same each time. */
export function shortNonce(id: string): string {
  return id.length <= 25 ? id : createHash('sha256').update(id).digest('base64url').slice(0, 25)
}
