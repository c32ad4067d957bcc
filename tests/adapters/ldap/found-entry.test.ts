import fc from 'fast-check'
import { Attribute, BerReader, BerWriter, SearchEntry } from 'ldapts'
import { expect, it } from 'vitest'
import { asEntry } from '../../../adapters/ldap/entries/entry-values.ts'
import { readFoundEntry } from '../../../adapters/ldap/entries/found-entry.ts'

type Written = { dn: string; attributes: readonly { type: string; values: readonly (string | Buffer)[] }[] }

/** As a server writes it (RFC 4511, section 4.5.2). */
function written({ dn, attributes }: Written, messageId = 2): Buffer {
  const writer = new BerWriter()
  writer.startSequence()
  writer.writeInt(messageId)
  writer.startSequence(0x64)
  writer.writeString(dn)
  writer.startSequence()
  for (const { type, values } of attributes)
    new Attribute({ type, values: values.map((value) => Buffer.from(value)) }).write(writer)
  writer.endSequence()
  writer.endSequence()
  writer.endSequence()
  return Buffer.from(writer.buffer)
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])
/** Without a byte order mark at its beginning, which the library leaves out. */
const textual = fc.string({ unit: 'grapheme', maxLength: 300 }).filter((text) => !text.startsWith('\uFEFF'))
const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array))
const value = fc.oneof(
  { weight: 5, arbitrary: textual },
  bytes.filter((some) => !some.subarray(0, 3).equals(byteOrderMark)),
)
const attribute = fc.record({
  type: fc.constantFrom(
    'cn',
    'uniqueMember',
    'entryCSN',
    'jpegPhoto',
    'userCertificate;binary',
    'member;range=0-9',
  ),
  values: fc.array(value, { minLength: 1, maxLength: 6 }),
})
const entry = fc.record({
  dn: textual,
  attributes: fc.uniqueArray(attribute, { selector: ({ type }) => type, maxLength: 6 }),
})

it('reads what the library reads, whatever an entry holds', () => {
  fc.assert(
    fc.property(entry, fc.integer({ min: 1, max: 2 ** 31 - 1 }), (some, messageId) => {
      const message = written(some, messageId)
      const reader = new BerReader(message)
      reader.readSequence()
      reader.readInt()
      reader.readSequence()
      const theirs = new SearchEntry({ messageId })
      theirs.parse(reader, [])
      expect(readFoundEntry(message)).toEqual({ messageId, entry: asEntry(theirs) })
    }),
    { numRuns: 500 },
  )
})

it('reads an entry of a hundred thousand members', () => {
  const members = Array.from({ length: 100_000 }, (_, at) => `uid=p${at},ou=people,dc=example,dc=org`)
  const read = readFoundEntry(
    written({ dn: 'cn=all', attributes: [{ type: 'uniqueMember', values: members }] }),
  )
  expect(read?.entry.values.get('uniquemember')).toEqual(members)
})

it('keeps a value that is no UTF-8 as bytes, its neighbours as text', () => {
  const values = ['Zoë', Buffer.from([0x5a, 0xff]), '\uFFFD is a character, too']
  const read = readFoundEntry(written({ dn: 'cn=x', attributes: [{ type: 'cn', values }] }))
  expect(read?.entry.values.get('cn')).toEqual(values)
})

it('is none for a message of another kind', () => {
  const writer = new BerWriter()
  writer.startSequence()
  writer.writeInt(2)
  writer.startSequence(0x65)
  writer.writeEnumeration(0)
  writer.writeString('')
  writer.writeString('')
  writer.endSequence()
  writer.endSequence()
  expect(readFoundEntry(Buffer.from(writer.buffer))).toBeNull()
})

it('refuses what ends too early, or is something else, instead of giving a part of it', () => {
  const whole = written({
    dn: 'cn=news',
    attributes: [{ type: 'uniqueMember', values: ['uid=alice', 'uid=bob'] }],
  })
  // The outer length says how long the message is: the parts inside are what can lie.
  for (let cut = 6; cut < whole.length; cut += 1) {
    const short = Buffer.from(whole.subarray(0, cut))
    short[1] = cut - 2
    expect(() => readFoundEntry(short), `cut at ${cut}`).toThrow('malformed')
  }
  expect(() => readFoundEntry(Buffer.from('not LDAP at all'))).toThrow('malformed')
})

/** A part by its tag, with its length in one octet or in two. */
function part(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  return Buffer.concat([Buffer.from(length < 0x80 ? [tag, length] : [tag, 0x81, length]), content])
}
const octets = (text: string) => part(0x04, Buffer.from(text))
const attributeOf = (type: string, ...behind: readonly Buffer[]) =>
  part(0x30, octets(type), part(0x31, octets('value')), ...behind)
const messageOf = (...inEntry: readonly Buffer[]) =>
  part(0x30, Buffer.from([0x02, 0x01, 0x02]), part(0x64, ...inEntry))

it('refuses a length that says to look for the end, which LDAP does not have', () => {
  const name = Buffer.from('x'.repeat(0x80))
  expect(() => readFoundEntry(messageOf(Buffer.from([0x04, 0x80]), name, part(0x30)))).toThrow('malformed')
})

it('refuses a part that goes on behind the last one in it', () => {
  const [dn, cn, sn] = [octets('cn=x'), attributeOf('cn'), attributeOf('sn')]
  expect(readFoundEntry(messageOf(dn, part(0x30, cn, sn)))?.entry.values.size).toBe(2)
  expect(() => readFoundEntry(messageOf(dn, part(0x30, attributeOf('cn', sn))))).toThrow('malformed')
  expect(() => readFoundEntry(messageOf(dn, part(0x30, cn), sn))).toThrow('malformed')
})
