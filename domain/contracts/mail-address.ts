import { isEmailValid } from '@hapi/address'
import { Type } from 'typebox'

/** What cannot be seen has no business in an address: it makes one look like another. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Z}]/u

/** RFC 5321, 4.5.3.1.3, in octets. */
const mostOctets = 254

/**
 * Whether mail can be addressed to this: one bare address of RFC 5321 and 6531, international ones too, also of a host without a dot
 * (`ops@localhost`). Not the forms that no person has: quoted local parts, addresses of machines in brackets, comments.
 */
export function isMailAddress(value: string): boolean {
  return (
    !unseen.test(value) &&
    Buffer.byteLength(value) <= mostOctets &&
    isEmailValid(value, { minDomainSegments: 1 })
  )
}

export const MailAddress = Type.Refine(Type.String({ minLength: 3, maxLength: mostOctets }), isMailAddress)

export type Sender = { name: string; address: string }

/** A sender: `lists@example.org`, or with a name in front, `Lists <lists@example.org>`. Null when it is neither. */
export function readSender(value: string): Sender | null {
  const [, name, inBrackets] = /^([^<>]*)<([^<>]+)>$/.exec(value.trim()) ?? []
  const address = inBrackets ?? value.trim()
  if (!isMailAddress(address) || /\p{Cc}/u.test(value)) return null
  return { name: (name ?? '').trim().replace(/^"(.*)"$/, '$1'), address }
}
