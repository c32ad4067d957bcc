import { isUtf8 } from 'node:buffer'
import type { Entry } from './entry-values.ts'

/** Tags of the parts of a message (RFC 4511, section 4.1.1 and 4.5.2; ITU-T X.690 for the universal ones). */
const [integer, octetString, sequence, set, searchEntry] = [0x02, 0x04, 0x30, 0x31, 0x64]

/** An entry that a search found, without the controls that it may carry. */
export class FoundEntry {
  readonly messageId: number
  readonly entry: Entry

  constructor(messageId: number, entry: Entry) {
    this.messageId = messageId
    this.entry = entry
  }
}

/**
 * Reads a whole message straight from its bytes if it is an entry that a search found; null when it is of another kind. A full read has a
 * hundred thousand of them: through the library's objects, each part of an entry is four of them.
 * @throws {Error} when it is malformed.
 */
export function readFoundEntry(bytes: Buffer): FoundEntry | null {
  const cursor: Cursor = { bytes, at: 0 }
  enter(cursor, sequence)
  const messageId = numberAt(cursor)
  if (bytes[cursor.at] !== searchEntry) return null
  const endOfEntry = enter(cursor, searchEntry)
  const dn = textAt(cursor)
  const values: Entry['values'] = new Map()
  const end = enter(cursor, sequence)
  while (cursor.at < end) {
    const endOfAttribute = enter(cursor, sequence)
    const type = typeAt(cursor)
    values.set(type, valuesAt(cursor, !type.endsWith(';binary')))
    mustEndAt(cursor, endOfAttribute)
  }
  mustEndAt(cursor, end)
  mustEndAt(cursor, endOfEntry)
  return new FoundEntry(messageId, { dn, values })
}

type Cursor = { readonly bytes: Buffer; at: number }

/** The types of attributes by their bytes, in lower case: all entries have the same few, which are half of what is to be decoded. */
const known = new Map<number, { bytes: Buffer; type: string }>()
const knownAtMost = 1000

function typeAt(cursor: Cursor): string {
  const { bytes } = cursor
  const end = enter(cursor, octetString)
  const start = cursor.at
  cursor.at = end
  let hash = end - start
  for (let at = start; at < end; at += 1) hash = (hash * 31 + (bytes[at] ?? 0)) | 0
  const before = known.get(hash)
  if (before !== undefined && isSame(before.bytes, bytes, start, end)) return before.type
  const type = bytes.toString('utf8', start, end).toLowerCase()
  if (known.size < knownAtMost) known.set(hash, { bytes: Buffer.from(bytes.subarray(start, end)), type })
  return type
}

function isSame(one: Buffer, other: Buffer, start: number, end: number): boolean {
  if (one.length !== end - start) return false
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[start + at]) return false
  return true
}

function valuesAt(cursor: Cursor, isText: boolean): (string | Buffer)[] {
  const values: (string | Buffer)[] = []
  const end = enter(cursor, set)
  while (cursor.at < end) {
    const start = cursor.at
    const text = textAt(cursor)
    // What is no UTF-8 is decoded to this character, which may also be there by itself.
    if (isText && !text.includes('\uFFFD')) values.push(text)
    else {
      const bytes = bytesBetween(cursor, start)
      values.push(isText && isUtf8(bytes) ? text : bytes)
    }
  }
  mustEndAt(cursor, end)
  return values
}

/** The content of the octet string that was read from `start` on. */
function bytesBetween({ bytes, at }: Cursor, start: number): Buffer {
  const again: Cursor = { bytes, at: start }
  enter(again, octetString)
  return bytes.subarray(again.at, at)
}

function textAt(cursor: Cursor): string {
  const end = enter(cursor, octetString)
  const text = cursor.bytes.toString('utf8', cursor.at, end)
  cursor.at = end
  return text
}

function numberAt(cursor: Cursor): number {
  const end = enter(cursor, integer)
  let number = 0
  for (; cursor.at < end; cursor.at += 1) number = number * 256 + (cursor.bytes[cursor.at] ?? 0)
  return number
}

/** What follows a part inside of it is no later protocol's (RFC 4511, section 4), but a length that lies: no server sends any. */
function mustEndAt({ at }: Cursor, end: number): void {
  if (at !== end) throw new Error('an entry is malformed: a part of it does not end where it is said to')
}

/** Goes to the content of what has this tag, and gives where that ends. */
function enter(cursor: Cursor, tag: number): number {
  const { bytes, at } = cursor
  const found = bytes[at]
  if (found !== tag)
    throw new Error(`an entry is malformed: 0x${found?.toString(16) ?? ''} instead of 0x${tag.toString(16)}`)
  let length = bytes[at + 1] ?? 0
  let start = at + 2
  // Until an end that is marked: LDAP has no such parts (RFC 4511, section 5.1).
  if (length === 0x80) throw new Error('an entry is malformed: a part of it has no length')
  if (length > 0x80) {
    const size = length - 0x80
    length = 0
    for (let byte = 0; byte < size; byte += 1) length = length * 256 + (bytes[start + byte] ?? 0)
    start += size
  }
  const end = start + length
  if (end > bytes.length) throw new Error('an entry is malformed: a part of it ends behind its end')
  cursor.at = start
  return end
}
