import { expect, it, type TestContext } from 'vitest'
import { DirectoryFailure, IncompleteRead } from '../../../adapters/ldap/failure.ts'
import { streamSearch } from '../../../adapters/ldap/search/stream-search.ts'
import { all } from './_feed.ts'
import { ber, done, entry, result, standIn, type Unasked } from './_stand-in.ts'

const ada = entry('uid=ada,ou=people', { uid: 'ada' })
const bob = entry('uid=bob,ou=people', { uid: 'bob' })
const carol = entry('uid=carol,ou=people', { uid: 'carol' })
const reference = ber(0x73, ber(0x04, 'ldap://elsewhere.example.org/ou=people'))
/** It is about to close the connection, for this reason. */
const farewell = (code: number): Unasked => ({ unasked: result(0x78, code) })
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

/** A server that answers each search with the next of these, and hangs up where there is none. */
async function serverThatSays(answers: (Buffer | Unasked)[][], t: TestContext) {
  const left = [...answers]
  const config = await standIn({ search: () => left.shift() ?? null }, t)
  return {
    unsaid: () => left.length,
    read: () =>
      all(streamSearch(config, { base: 'ou=people', filter: '(uid=*)', attributes: ['uid'], pageSize: 2 })),
  }
}

it('reads page after page, also past one that is empty', async (t) => {
  const { read, unsaid } = await serverThatSays(
    [[ada, bob, pageOver('1')], [pageOver('2')], [carol, pageOver('')]],
    t,
  )
  expect((await read()).map(({ dn }) => dn)).toEqual(
    ['ada', 'bob', 'carol'].map((uid) => `uid=${uid},ou=people`),
  )
  expect(unsaid()).toBe(0)
})

it.for<[string, Buffer[][]]>([
  ['stops at a size limit', [[ada, done(4)]]],
  ['stops at an administrative limit', [[ada, done(11)]]],
  ['stops there on a later page', [[ada, pageOver('1')], [done(11)]]],
  ['refers elsewhere as a whole', [[done(10)]]],
  ['refers elsewhere for a part of it', [[ada, reference, done(0)]]],
  [
    'refers elsewhere on a later page',
    [
      [ada, pageOver('1')],
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

it('a server that is shut down in the middle of it says so, and that is no answer that stopped short', async (t) => {
  const { read } = await serverThatSays([[ada, farewell(52)]], t)
  await expect(read()).rejects.toMatchObject({ name: 'DirectoryFailure', kind: 'transient', code: 52 })
})
