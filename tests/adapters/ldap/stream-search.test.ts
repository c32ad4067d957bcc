import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { BerReader, BerWriter, ProtocolOperation } from 'ldapts'
import { expect, it, type TestContext } from 'vitest'
import { DirectoryFailure, IncompleteRead } from '../../../adapters/ldap/failure.ts'
import { streamSearch } from '../../../adapters/ldap/stream-search.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { all } from './_feed.ts'

/** Tag, length and content, as a server writes them (RFC 4511, section 5.1). */
function ber(tag: number, ...content: (Buffer | string)[]): Buffer {
  const writer = new BerWriter()
  writer.writeBuffer(Buffer.concat(content.map((part) => Buffer.from(part))), tag)
  return Buffer.from(writer.buffer)
}
const result = (tag: number, code: number): Buffer =>
  ber(tag, ber(0x0a, Buffer.from([code])), ber(0x04), ber(0x04))

const entry = (uid: string): Buffer =>
  ber(
    0x64,
    ber(0x04, `uid=${uid},ou=people`),
    ber(0x30, ber(0x30, ber(0x04, 'uid'), ber(0x31, ber(0x04, uid)))),
  )
const reference = ber(0x73, ber(0x04, 'ldap://elsewhere.example.org/ou=people'))
const done = (code: number): Buffer => result(0x65, code)
/** RFC 2696: a page is over; with a cookie there are more. */
const pageOver = (cookie: string): Buffer =>
  Buffer.concat([
    done(0),
    ber(
      0xa0,
      ber(
        0x30,
        ber(0x04, '1.2.840.113556.1.4.319'),
        ber(0x04, ber(0x30, ber(0x02, Buffer.from([0])), ber(0x04, cookie))),
      ),
    ),
  ])

/** A server that answers each search with the next of these, whatever is asked, and hangs up where there is none. */
async function serverThatSays(answers: Buffer[][], t: TestContext) {
  const left = [...answers]
  const server = createServer((client) => {
    client.on('error', () => client.destroy())
    client.on('data', (data: Buffer) => {
      const reader = new BerReader(data)
      reader.readSequence()
      const id = reader.readInt() ?? 0
      const say = (operation: Buffer) => client.write(ber(0x30, ber(0x02, Buffer.from([id])), operation))
      const asked = reader.peek()
      if (asked === ProtocolOperation.LDAP_REQ_BIND) say(result(0x61, 0))
      if (asked !== ProtocolOperation.LDAP_REQ_SEARCH) return
      const answer = left.shift()
      if (answer === undefined) client.destroy()
      for (const operation of answer ?? []) say(operation)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUpAfter(t, () => void server.close())
  return {
    unsaid: () => left.length,
    read: () =>
      all(
        streamSearch(
          {
            url: `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`,
            startTls: false,
            peopleBase: 'ou=people',
            peopleFilter: '(uid=*)',
            listsBase: 'ou=lists',
            listClass: 'groupOfNames',
          },
          { base: 'ou=people', filter: '(uid=*)', attributes: ['uid'], pageSize: 2 },
        ),
      ),
  }
}

it('reads page after page, also past one that is empty', async (t) => {
  const { read, unsaid } = await serverThatSays(
    [[entry('ada'), entry('bob'), pageOver('1')], [pageOver('2')], [entry('carol'), pageOver('')]],
    t,
  )
  expect((await read()).map(({ dn }) => dn)).toEqual(
    ['ada', 'bob', 'carol'].map((uid) => `uid=${uid},ou=people`),
  )
  expect(unsaid()).toBe(0)
})

it.for<[string, Buffer[][]]>([
  ['stops at a size limit', [[entry('ada'), done(4)]]],
  ['stops at an administrative limit', [[entry('ada'), done(11)]]],
  ['stops there on a later page', [[entry('ada'), pageOver('1')], [done(11)]]],
  ['refers elsewhere as a whole', [[done(10)]]],
  ['refers elsewhere for a part of it', [[entry('ada'), reference, done(0)]]],
  [
    'refers elsewhere on a later page',
    [
      [entry('ada'), pageOver('1')],
      [reference, pageOver('')],
    ],
  ],
  ['hangs up after a page that is empty', [[pageOver('1')]]],
])('an answer that %s is incomplete', async ([, answers], t) => {
  const { read } = await serverThatSays(answers, t)
  await expect(read()).rejects.toThrow(IncompleteRead)
})

it('a server that is busy has said nothing yet', async (t) => {
  const { read } = await serverThatSays([[done(51)]], t)
  const failure = await read().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(DirectoryFailure)
  expect(failure).toMatchObject({ kind: 'transient', code: 51 })
})
