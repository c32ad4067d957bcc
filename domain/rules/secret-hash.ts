import { hash, timingSafeEqual } from 'node:crypto'

/** The SHA-256 of a secret: all that is kept of one, and what one is compared by. */
export const hashOf = (secret: string): Buffer => hash('sha256', secret, 'buffer')

/** Takes the same time however much of the secret is right. */
export const isHashOf = (kept: Buffer, secret: string): boolean => timingSafeEqual(kept, hashOf(secret))
