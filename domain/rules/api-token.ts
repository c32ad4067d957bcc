import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

const letters = '0123456789abcdefghjkmnpqrstvwxyz'
const randomLetters = 32
const checkLetters = 7

/**
 * A new personal API token: `gp_`, 160 random bits in 32 letters (Crockford's base 32), and 7 letters of their CRC-32, by which
 * a scanner of leaked secrets tells a real one from a look-alike without asking anybody.
 */
export function newApiToken(): string {
  const random = [...randomBytes(randomLetters)].map((byte) => letters[byte & 31]).join('')
  return `gp_${random}${checkOf(random)}`
}

/** Whether this can be one of ours: its shape and its checksum. Says nothing about whether it is valid. */
export function isApiTokenShaped(token: string): boolean {
  const [, random, check] = /^gp_([0-9a-z]{32})([0-9a-z]{7})$/.exec(token) ?? []
  return random !== undefined && check === checkOf(random)
}

function checkOf(random: string): string {
  let rest = crc32(`gp_${random}`)
  let check = ''
  for (let at = 0; at < checkLetters; at += 1) {
    check = `${letters[rest & 31]}${check}`
    rest >>>= 5
  }
  return check
}
