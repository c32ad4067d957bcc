import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { isApiTokenShaped, newApiToken } from '../../domain/rules/api-token.ts'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const token = newApiToken()

it('is gp_, 32 letters that are random, and 7 of their checksum', () => {
  expect(token).toMatch(/^gp_[0-9a-hjkmnp-tv-z]{39}$/)
  const made = Array.from({ length: 1000 }, newApiToken)
  expect(new Set(made).size).toBe(1000)
  expect(made.every(isApiTokenShaped)).toBe(true)
  // 32 letters of 5 random bits: every letter comes at every place.
  for (let place = 3; place < 35; place += 1)
    expect(new Set(made.map((one) => one[place])).size).toBe(alphabet.length)
})

it('has a checksum that anybody can work out: the CRC-32 of what is before it, in the same letters', () => {
  const letters = token.slice(-7).split('')
  const check = letters.reduce((sum, letter) => sum * 32 + alphabet.indexOf(letter), 0)
  expect(check).toBe(crc32(token.slice(0, -7)))
})

describe('is told from what is none', () => {
  const places = Array.from({ length: 39 }, (_, index) => index + 3)

  it.each(places)('a wrong letter at place %i', (place) => {
    for (const letter of alphabet) {
      if (letter === token[place]) continue
      expect(isApiTokenShaped(token.slice(0, place) + letter + token.slice(place + 1))).toBe(false)
    }
  })

  it.each([
    ['two letters that changed places', swapped(token)],
    ['one letter short', token.slice(0, -1)],
    ['one letter long', `${token}0`],
    ['capitals', token.toUpperCase()],
    ['without its beginning', token.slice(3)],
    ['with another beginning', `pg_${token.slice(3)}`],
    ['a line after it', `${token}\n`],
    ['space around it', ` ${token} `],
    ['nothing', ''],
  ])('%s', (_, wrong) => {
    expect(isApiTokenShaped(wrong)).toBe(false)
  })
})

/** The first two neighbours that differ, the other way round. */
function swapped(text: string): string {
  const at = text.split('').findIndex((letter, index) => index > 3 && letter !== text[index - 1])
  return `${text.slice(0, at - 1)}${text[at]}${text[at - 1]}${text.slice(at + 1)}`
}
