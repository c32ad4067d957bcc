import fc from 'fast-check'
import { BerReader, BerWriter, SearchEntry, SearchResponse } from 'ldapts'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createFrames } from '../../../adapters/ldap/connection/message-frames.ts'
import { IntermediateResponse, readMessage } from '../../../adapters/ldap/connection/read-message.ts'
import { readSyncInfo, syncInfoName, SyncStateControl } from '../../../adapters/ldap/follow/sync-controls.ts'

const id = Buffer.from('39d3eff879d1104184a0b78e26c7c3de', 'hex')
const uuid = '39d3eff8-79d1-1041-84a0-b78e26c7c3de'

/** Tag, length and content, as a server writes them (RFC 4511, section 5.1). */
function ber(tag: number, ...content: (Buffer | string)[]): Buffer {
  const writer = new BerWriter()
  writer.writeBuffer(Buffer.concat(content.map((part) => Buffer.from(part))), tag)
  return Buffer.from(writer.buffer)
}

const number = (value: number): Buffer => ber(0x02, Buffer.from([value]))
const message = (...operation: Buffer[]): Buffer => ber(0x30, number(2), ...operation)
const info = (value: Buffer, name = syncInfoName): Buffer =>
  message(ber(0x79, ber(0x80, name), ber(0x81, value)))

const entryWith = (size: number): Buffer =>
  message(
    ber(
      0x64,
      ber(0x04, 'cn=news,ou=lists'),
      ber(0x30, ber(0x30, ber(0x04, 'entryCSN'), ber(0x31, ber(0x04, 'x'.repeat(size))))),
    ),
    ber(
      0xa0,
      ber(
        0x30,
        ber(0x04, SyncStateControl.type),
        ber(0x04, ber(0x30, ber(0x0a, Buffer.from([2])), ber(0x04, id), ber(0x04, 'csn=1'))),
      ),
    ),
  )

/** What servers say in a feed, and what they might say one day. */
const messages: Buffer[] = [
  entryWith(0),
  entryWith(200),
  entryWith(70_000),
  info(ber(0x80, 'csn=2')),
  info(ber(0xa1, ber(0x04, 'csn=3'))),
  info(ber(0xa2, ber(0x01, Buffer.from([0])))),
  info(ber(0xa3, ber(0x01, Buffer.from([0xff])), ber(0x31, ber(0x04, id), ber(0x04, id)))),
  info(ber(0xa3, ber(0x31))),
  info(ber(0xa9, 'of a standard to come')),
  info(Buffer.from('anything'), '1.2.3.4'),
  message(ber(0x79)),
  message(ber(0x7f, 'a kind that nobody knows')),
  message(ber(0x65, ber(0x0a, Buffer.from([0])), ber(0x04), ber(0x04))),
]

function read(chunks: Buffer[]): unknown[] {
  const framesOf = createFrames()
  return chunks
    .flatMap((chunk) => framesOf(chunk))
    .map((frame) => {
      const state = new SyncStateControl()
      const one = readMessage(frame, [state])
      if (one instanceof SearchEntry) {
        const [attribute] = one.attributes
        return [one.name, attribute?.values, state.state, state.entryUuid, state.cookie?.toString()]
      }
      if (!(one instanceof IntermediateResponse)) return one instanceof SearchResponse ? one.status : one
      return [
        one.name,
        one.value && one.name === syncInfoName ? readSyncInfo(new BerReader(one.value)) : null,
      ]
    })
}

it('reads each kind of message', () => {
  expect(read([Buffer.concat([messages[0]!, ...messages.slice(3)])])).toEqual([
    ['cn=news,ou=lists', [''], 'modify', uuid, 'csn=1'],
    [syncInfoName, { kind: 'newcookie', cookie: Buffer.from('csn=2') }],
    [syncInfoName, { kind: 'refreshDelete', cookie: Buffer.from('csn=3'), refreshDone: true }],
    [syncInfoName, { kind: 'refreshPresent', cookie: null, refreshDone: false }],
    [syncInfoName, { kind: 'syncIdSet', cookie: null, refreshDeletes: true, entryUuids: [uuid, uuid] }],
    [syncInfoName, { kind: 'syncIdSet', cookie: null, refreshDeletes: false, entryUuids: [] }],
    [syncInfoName, null],
    ['1.2.3.4', null],
    ['', null],
    null,
    0,
  ])
})

it('reads the same wherever the network cuts the bytes, and however many messages come at once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...messages), { minLength: 1, maxLength: 12 }),
      fc.array(fc.nat(), { maxLength: 40 }),
      (some, cuts) => {
        const bytes = Buffer.concat(some)
        const places = [...new Set(cuts.map((cut) => cut % bytes.length))].toSorted((a, b) => a - b)
        const chunks = [0, ...places].map((from, at) => bytes.subarray(from, places[at] ?? bytes.length))
        expect(read(chunks)).toEqual(read([bytes]))
        expect(read([bytes])).toHaveLength(some.length)
      },
    ),
    { numRuns: 300 },
  )
})

it('reads what comes byte by byte', () => {
  const bytes = Buffer.concat(messages.filter((one) => one.length < 1000))
  expect(read([...bytes].map((byte) => Buffer.from([byte])))).toEqual(read([bytes]))
})

it('puts a long message together without copying it again and again', () => {
  const bytes = ber(0x30, number(1), ber(0x7f, Buffer.alloc(800_000)))
  const framesOf = createFrames()
  const joined = vi.spyOn(Buffer, 'concat')
  onTestFinished(() => joined.mockRestore())
  let frames = 0
  for (let at = 0; at < bytes.length; at += 1400) frames += framesOf(bytes.subarray(at, at + 1400)).length
  expect(frames).toBe(1)
  const copied = joined.mock.results.map(({ value }) => (value as Buffer).length)
  // Copied at every piece, it would be three hundred times its length.
  expect(copied.reduce((sum, length) => sum + length, 0)).toBeLessThan(2 * bytes.length)
})

it.each([
  ['something else', Buffer.from('HTTP/1.1 400 Bad Request\r\n')],
  ['a message without an end', Buffer.from([0x30, 0x80, 0, 0])],
  ['a message of four gigabytes', Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff])],
])('takes %s for no LDAP', (_, bytes) => {
  expect(() => createFrames()(bytes)).toThrow(/no LDAP|too long/)
})

it('throws at a message that is malformed inside, and comes to an end', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...messages.slice(3)),
      fc.nat(),
      fc.integer({ min: 0, max: 255 }),
      (one, at, byte) => {
        const broken = Buffer.from(one)
        // Behind the head: with another length the rest would belong to the next message.
        broken[2 + (at % (broken.length - 2))] = byte
        expect(thrownBy(() => read([broken])) ?? new Error('nothing')).toBeInstanceOf(Error)
      },
    ),
    { numRuns: 500 },
  )
})

function thrownBy(what: () => unknown): unknown {
  try {
    what()
    return null
  } catch (error) {
    return error
  }
}
