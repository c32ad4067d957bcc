import { createHash, randomBytes } from 'node:crypto'

/** 144 random bits that need no escaping in a URL, a shell or a configuration file. */
export function randomPassword(): string {
  return randomBytes(18).toString('base64url')
}

/** A `userPassword` value as OpenLDAP checks it: salted SHA-1, quick to make and fit for invented people only. */
export function hashPassword(password: string): string {
  const salt = randomBytes(8)
  const digest = createHash('sha1').update(password).update(salt).digest()
  return `{SSHA}${Buffer.concat([digest, salt]).toString('base64')}`
}
