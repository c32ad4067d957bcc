import { randomBytes, randomInt } from 'node:crypto'
import { hashOf } from '../../rules/secret-hash.ts'

/** A secret for an address: 160 random bits, base64url. */
export const newLinkToken = (): string => randomBytes(20).toString('base64url')

/** Six digits to be typed by hand. */
export const newLinkCode = (): string => randomInt(1_000_000).toString().padStart(6, '0')

/** A code is short, so its hash is bound to its attempt: equal codes do not look equal. */
export const hashOfCode = (attemptId: string, code: string): Buffer => hashOf(`${attemptId}:${code}`)
