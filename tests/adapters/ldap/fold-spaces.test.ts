import { expect, it } from 'vitest'
import { foldSpaces } from '../../../adapters/ldap/entries/fold-spaces.ts'

it.each([
  [' ada', 'ada'],
  ['ada ', 'ada'],
  ['ada  lovelace', 'ada lovelace'],
  ['  ada   king  lovelace ', 'ada king lovelace'],
])('spaces tell no values apart: "%s"', (value, folded) => {
  expect(foldSpaces(value)).toBe(folded)
})

it.each(['ada\t', '\tada', 'ada\n', 'ada\t\tlovelace'])('what else is blank does: %j', (value) => {
  expect(foldSpaces(value)).toBe(value)
  expect(foldSpaces(` ${value} `)).toBe(value)
})
