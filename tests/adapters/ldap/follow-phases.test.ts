import { expect, it, type TestContext } from 'vitest'
import { openDirectory } from '../../../adapters/ldap/directory.ts'
import type { FeedEvent } from '../../../domain/contracts/feed.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { ber, standIn } from './_stand-in.ts'

const one = '01a1fd3f-fc36-779e-9abe-ffb6db07859e'
const two = '01a1fd3f-fc36-779e-9abe-ffb6db07859f'

/** What is said between entries (RFC 4533, section 2.5). */
const info = (value: Buffer): Buffer => ber(0x79, ber(0x80, '1.3.6.1.4.1.4203.1.9.1.4'), ber(0x81, value))
const yes = ber(0x01, Buffer.from([0xff]))
const no = ber(0x01, Buffer.from([0]))
const newCookie = (cookie: string): Buffer => info(ber(0x80, cookie))
const refreshDelete = (...parts: Buffer[]): Buffer => info(ber(0xa1, ...parts))
const refreshPresent = (...parts: Buffer[]): Buffer => info(ber(0xa2, ...parts))
const ids = (areDeleted: Buffer, ...entryUuids: string[]): Buffer =>
  info(
    ber(
      0xa3,
      areDeleted,
      ber(0x31, ...entryUuids.map((id) => ber(0x04, Buffer.from(id.replaceAll('-', ''), 'hex')))),
    ),
  )
/** The last that it says: whoever has heard it has heard all. */
const last = '5'

/** What a feed tells from the cookie `1` on, when a server says this, and what it was asked. */
async function heard(said: Buffer[], t: TestContext): Promise<{ events: FeedEvent[]; request: Buffer }> {
  let request: Buffer = Buffer.alloc(0)
  const search = (asked: Buffer) => {
    request = asked
    return [...said, newCookie(last)]
  }
  const directory = openDirectory(await standIn({ search }, t))
  cleanUpAfter(t, () => directory.close())
  const end = new AbortController()
  const events: FeedEvent[] = []
  for await (const piece of directory.follow('lists', { cookie: '1', signal: end.signal })) {
    events.push(...piece)
    if (piece.some((event) => event.kind === 'cookie' && event.cookie === last)) end.abort()
  }
  return { events: events.slice(0, -1), request }
}

it('a refresh of two phases is over with the second, and so is what its cookie stands for', async (t) => {
  const phases = [
    ids(no, one),
    refreshPresent(ber(0x04, '2'), no),
    ids(yes, two),
    refreshDelete(ber(0x04, '3'), yes),
  ]
  expect((await heard(phases, t)).events).toEqual([
    { kind: 'present', entryUuids: [one] },
    { kind: 'deleted', entryUuids: [two] },
    { kind: 'refreshed', deletesByAbsence: true },
    { kind: 'cookie', cookie: '3' },
  ])
})

it('a cookie from the middle of a refresh is told at its end, where that has none', async (t) => {
  expect((await heard([newCookie('2'), ids(yes, two), refreshDelete(yes)], t)).events).toEqual([
    { kind: 'deleted', entryUuids: [two] },
    { kind: 'refreshed', deletesByAbsence: false },
    { kind: 'cookie', cookie: '2' },
  ])
})

it('a cookie that no server goes on from is not told', async (t) => {
  const unknown = newCookie('localhost:389#cn=manager:ou=lists#4294967295')
  expect((await heard([refreshDelete(ber(0x04, '2'), yes), unknown], t)).events).toEqual([
    { kind: 'refreshed', deletesByAbsence: false },
    { kind: 'cookie', cookie: '2' },
  ])
})

it('an id that is none ends the feed: whom it names nobody knows', async (t) => {
  await expect(heard([ids(yes, one, two.slice(2))], t)).rejects.toThrow('an id that has not 16 bytes')
})

it('a server that does not know live feeds is not to answer as if it had not been asked for one', async (t) => {
  const { request } = await heard([refreshDelete(yes)], t)
  // The control, and that it is critical (RFC 4511, section 4.1.11).
  expect(request.includes(Buffer.concat([ber(0x04, '1.3.6.1.4.1.4203.1.9.1.1'), yes]))).toBe(true)
})
