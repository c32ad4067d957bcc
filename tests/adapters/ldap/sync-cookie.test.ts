import { expect, it } from 'vitest'
import { cookieBytes, cookieText, isCovered, isUseless } from '../../../adapters/ldap/follow/sync-cookie.ts'

const cookieOf389 = (number: string): Buffer =>
  Buffer.from(`localhost:389#cn=directory manager:ou=lists#${number}`)
const csn = (second: number, server: number): string =>
  `2026010100000${second}.000000Z#000000#00${server}#000000`

it.each([
  ['readable text', Buffer.from('rid=000,csn=20260101000000.000000Z#000000#000#000000')],
  ['bytes that are no text', Buffer.from([0, 255, 1, 128, 10])],
  ['letters beyond ASCII', Buffer.from('Zürich 名')],
  ['what looks like our own spelling of bytes', Buffer.from('base64:AAEC')],
])('%s comes back to the server as it was', (_, cookie) => {
  const text = cookieText(cookie)
  // As the database has to keep it.
  expect(text).toMatch(/^[\x20-\x7e]+$/)
  expect(cookieBytes(text)).toEqual(cookie)
})

it('a cookie of 389 Directory Server that does not know the number of a change yet is none to keep', () => {
  expect(isUseless(cookieOf389('4294967295'))).toBe(true)
  expect(isUseless(Buffer.alloc(0))).toBe(true)
  expect(isUseless(cookieOf389('77'))).toBe(false)
})

it('a version is covered by what the cookie says of the server that wrote it, and of no other', () => {
  const cookie = `rid=000,csn=${csn(3, 1)};${csn(7, 2)}`
  expect(isCovered(csn(3, 1), cookie)).toBe(true)
  expect(isCovered(csn(7, 2), cookie)).toBe(true)
  expect(isCovered(csn(4, 1), cookie)).toBe(false)
  expect(isCovered(csn(1, 3), cookie)).toBe(false)
})
