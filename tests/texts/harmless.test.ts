import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { harmless, harmlessLines, plainLine } from '../../texts/harmless.ts'

const shown = (value: string, length = 200) => harmless(value, { length })

test.each([
  ['@everyone and @here', String.raw`\@everyone and \@here`],
  ['mail.me@everyone', String.raw`mail.me\@everyone`],
  ['<@123> <@!123> <@&123> <#123>', String.raw`\<\@123\> \<\@!123\> \<\@&123\> \<#123\>`],
  ['</lists create:123> <id:guide>', String.raw`\</lists create:123\> \<id:guide\>`],
  ['<t:1700000000:R>', String.raw`\<t\:1700000000:R\>`],
  ['<:name:123> <a:name:123> :joy:', String.raw`\<\:name:123\> \<a\:name:123\> \:joy:`],
  ['[ok](https://evil.example)', String.raw`\[ok\]\(https://evil.example)`],
  ['**b** __u__ *i* ~~s~~ ||x||', String.raw`\*\*b\*\* \_\_u\_\_ \*i\* \~\~s\~\~ \|\|x\|\|`],
  ['`code` ```block```', String.raw`\`code\` \`\`\`block\`\`\``],
  [String.raw`\*`, String.raw`\\\*`],
  ['# title', String.raw`\# title`],
  ['### title', String.raw`\### title`],
  ['-# small', String.raw`\-# small`],
  ['- item', String.raw`\- item`],
  ['* item', String.raw`\* item`],
  ['+ item', String.raw`\+ item`],
  ['12. item', String.raw`12\. item`],
  ['> quote', String.raw`\> quote`],
  ['>>> quote', String.raw`\>\>\> quote`],
])('%s is shown as it is written', (value, markdown) => {
  expect(shown(value)).toBe(markdown)
})

test.each([
  ['alice@example.org'],
  ['release-1.2.3'],
  ['C# and #general'],
  ['12:30:45'],
  ['1.5 GB'],
  ['-1'],
  ['fix(parser): a thing (#12)'],
  ['名單'],
])('%s needs nothing', (value) => {
  expect(shown(value)).toBe(value)
})

test('an address can be clicked, and leads where it says', () => {
  expect(shown('see https://example.org/a_b/~c?d=1&e=%20 there_')).toBe(
    String.raw`see https://example.org/a_b/~c?d=1&e=%20 there\_`,
  )
  expect(shown('https://example.org/**a**||b||`c`')).toBe(
    'https://example.org/%2A%2Aa%2A%2A%7C%7Cb%7C%7C%60c%60',
  )
  expect(shown('https://example.org/@everyone')).toBe('https://example.org/%40everyone')
  expect(shown('https://example.org/a_long/path', 20)).toBe(String.raw`https\://example.org…`)
  expect(shown('https://example.org<b>c')).toBe(String.raw`https://example.org \<b\>c`)
  expect(shown('xhttps://a_b')).toBe(String.raw`xhttps://a\_b`)
})

test('it is one line, without what nobody sees and what turns it around', () => {
  expect(shown(' a\r\n\tb\u2028c\u0000d ')).toBe('a b c d')
  expect(shown('a\u202Eb\u2066c\u200Fd\u061Ce')).toBe('abcde')
  expect(shown('a\u200Bb\u2060c\uFEFFd\u00ADe\u3164f\u{E0041}g\u200D')).toBe('abcdefg')
  expect(shown('@\u200Beveryone')).toBe(String.raw`\@everyone`)
  expect(shown('\uD83D lone')).toBe('\uFFFD lone')
})

test('writing that needs joiners and marks keeps them, and no more than a few marks', () => {
  const needed = '👨‍👩‍👧 ❤️ می‌خواهم क्‍ष e\u0301'
  expect(shown(needed)).toBe(needed)
  expect(shown(`z${'\u0301'.repeat(500)}algo`)).toBe(`z${'\u0301'.repeat(4)}algo`)
})

test('it is no longer than asked for, in whole characters', () => {
  expect(shown('a'.repeat(300), 10)).toBe('aaaaaaaaa…')
  expect(shown('👨‍👩‍👧👨‍👩‍👧', 12)).toBe('👨‍👩‍👧…')
  expect(shown('*'.repeat(300), 10)).toBe(`${String.raw`\*`.repeat(9)}…`)
})

test('lines stay lines where that is asked for', () => {
  expect(harmlessLines(' one\r\n\r\n\n\n# two\n> three ', { length: 100 })).toBe('one\n\n\\# two\n\\> three')
})

test('what Discord reads no Markdown in is not escaped', () => {
  expect(plainLine(' **a**\n\u202Eb ')).toBe('**a** b')
})

describe('whatever the value is', () => {
  const pieces = fc.constantFrom(
    '@',
    'everyone',
    'here',
    '<',
    '>',
    '@1',
    ':joy:',
    '[',
    ']',
    '(',
    ')',
    '](',
    '*',
    '_',
    '~~',
    '||',
    '`',
    '\\',
    '# ',
    '- ',
    '1. ',
    '-# ',
    '\n',
    '\u2028',
    '\u202E',
    '\u200D',
    'https://',
    'x.org/',
    '\u0301',
    '👍🏽',
    ' ',
  )
  const value = fc
    .array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 40 })
    .map((all) => all.join(''))

  test('no mention, mark or bracket stands in it without its backslash', () => {
    fc.assert(
      fc.property(value, (given) => {
        const text = shown(given)
        const bare = text.replaceAll(/(?<![\p{L}\p{N}_])https?:\/\/[^\s<]+/giu, ' ').replaceAll(/\\./gu, ' ')
        expect(text.isWellFormed()).toBe(true)
        expect(bare).not.toMatch(
          /[*_~`|<>[\]]|@everyone|@here|[\n\r\u2028\u2029\u202A-\u202E\u2066-\u2069\u200B]/i,
        )
        expect(text).not.toMatch(/^(?:#{1,3}|-#?|\+|\*|\d+\.)(?:\s|$)/)
      }),
      { numRuns: 3000 },
    )
  })

  test('made harmless twice it shows what was written, no more', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 60 }), (given) => {
        fc.pre(!/https?:/i.test(given))
        expect(
          shown(given).replaceAll(/\\(?=[^0-9A-Za-z\s])/g, (_one, at, all: string) => {
            const before = /\\*$/.exec(all.slice(0, Number(at)))?.[0].length ?? 0
            return before % 2 === 0 ? '' : '\\'
          }),
        ).toBe(plainLine(given))
      }),
    )
  })
})
