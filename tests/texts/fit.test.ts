import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fit } from '../../texts/fit.ts'
import { wholeCharacters } from '../../texts/graphemes.ts'

const cut = (text: string, length: number) => fit(text, { length }).text
const family = '👨‍👩‍👧‍👦'
const characters = [...new Intl.Segmenter().segment(`e\u0301🇹🇼${family}👍🏽a\u0300\u0301名`)].map(
  ({ segment }) => segment,
)

test('what fits stays as it is', () => {
  expect(fit('**bold**\n', { length: 9 })).toEqual({ text: '**bold**\n', isCut: false })
  expect(fit('', { length: 0 })).toEqual({ text: '', isCut: false })
})

test('what does not fit ends in an ellipsis, without a space before it', () => {
  expect(fit('one two three', { length: 8 })).toEqual({ text: 'one two…', isCut: true })
  expect(cut('one two three', 9)).toBe('one two…')
  expect(cut('one', 1)).toBe('…')
  expect(cut('one', 0)).toBe('')
})

test.each(characters)('the character %s stays whole', (character) => {
  for (let length = 1; length < character.length + 4; length++) {
    const text = cut(`${character}${character}-and-more-of-it`, length)
    const rest = text.replaceAll(character, '').replace('…', '')
    expect('-and-more-of-it').toContain(rest)
    expect(wholeCharacters(`${character}${character}-and-more-of-it`, length)).toBe(text)
  }
})

/** What is not cut: with less room than all of it and the ellipsis, nothing of it is there. */
test.each([
  ['a masked link', '[the log](https://example.org/a_(b)?c=1)'],
  ['a masked link with brackets', '[a [b] c](https://example.org)'],
  ['a masked link with a title', '[a](<https://example.org> "t")'],
  ['a mention', '<@123456789012345678>'],
  ['a role', '<@&123456789012345678>'],
  ['a channel', '<#123456789012345678>'],
  ['a time stamp', '<t:1700000000:R>'],
  ['an emoji', '<a:party:123456789012345678>'],
  ['a command', '</lists create:123456789012345678>'],
  ['a link without a preview', '<https://example.org/a>'],
  ['an escaped character', String.raw`\*`],
  ['an escaped emoji', `\\${family}`],
  ['inline code', '`npm run migrate`'],
  ['inline code with a backtick', '``a ` b``'],
])('%s is there as a whole or not at all', (_name, unit) => {
  for (let length = 3; length < unit.length + 3; length++)
    expect(cut(`x ${unit} and more of it`, length)).toBe('x…')
  expect(cut(`x ${unit} and more of it`, unit.length + 3)).toBe(`x ${unit}…`)
})

test('an address that stands as it is stays whole, and the ellipsis does not become a part of it', () => {
  const link = 'https://example.org/a,b/(c)?d=e_f'
  for (let length = 3; length < link.length + 4; length++)
    expect(cut(`x ${link} and more of it`, length)).toBe('x…')
  expect(cut(`x ${link} and more of it`, link.length + 4)).toBe(`x ${link} …`)
})

test('a block of code is closed where it is cut', () => {
  const text = '```ts\nconst a = 1\nconst b = 2\n```\nand so on and so forth'
  expect(cut(text, 26)).toBe('```ts\nconst a = 1\ncon\n```…')
  expect(cut(text, 22)).toBe('```ts\nconst a = 1\n```…')
  expect(cut(text, 40)).toBe('```ts\nconst a = 1\nconst b = 2\n```\nand s…')
  expect(cut('before ```ts\nconst```', 13)).toBe('before…')
  expect(cut('```\nnever closed, and long', 14)).toBe('```\nnever\n```…')
})

test('inline code that is too long for a line is closed too', () => {
  const text = `see \`${'c'.repeat(300)}\` there`
  expect(cut(text, 100)).toBe(`see \`${'c'.repeat(93)}\`…`)
})

test('a spoiler is not given away', () => {
  expect(cut('it was ||the butler, in the library|| as ever', 25)).toBe('it was ||the butler, i||…')
  expect(cut('it was ||https://example.org/the-butler and so on|| as ever', 48)).toBe(
    'it was ||https://example.org/the-butler and s||…',
  )
  expect(cut('one || two three', 9)).toBe('one || t…')
})

describe('whatever the text is', () => {
  const pieces = fc.constantFrom(
    '```',
    '```js\n',
    '`',
    '``',
    '||',
    '**',
    '\\',
    '[',
    ']',
    '(',
    ')',
    '](',
    '<',
    '>',
    '<@1>',
    '<t:1:R>',
    ' ',
    '\n',
    'https://example.org/a',
    'http://x.y/(z)',
    '[a](https://b.c)',
    '<:a:1>',
    family,
    '🇹🇼',
    'e\u0301',
    '\uD83D',
    '\u200D',
    'word',
  )
  const markdown = fc.oneof(
    fc
      .array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 60 })
      .map((all) => all.join('')),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
  )

  test('it fits, is well-formed, and is the beginning of what it was', () => {
    fc.assert(
      fc.property(markdown, fc.nat(220), (given, length) => {
        const { text, isCut } = fit(given, { length })
        expect(text.length).toBeLessThanOrEqual(length)
        expect(text.isWellFormed()).toBe(true)
        expect(isCut).toBe(given.length > length)
        if (!isCut || length === 0) return
        expect(text.endsWith('…')).toBe(true)
        const kept = beginningOf(text, given.toWellFormed())
        const ends = new Set(
          [...new Intl.Segmenter().segment(given.toWellFormed())].map(({ index }) => index),
        )
        expect(ends).toContain(kept)
      }),
      { numRuns: 2000 },
    )
  })

  test('blocks of code are balanced', () => {
    fc.assert(
      fc.property(markdown, fc.integer({ min: 1, max: 220 }), (given, length) => {
        const { text, isCut } = fit(given, { length })
        expect(isCut ? fencesIn(text) % 2 : 0).toBe(0)
      }),
      { numRuns: 2000 },
    )
  })

  test('links are whole', () => {
    const link = fc.constantFrom(
      'https://example.org/some/where',
      '[the log](https://example.org/some/where)',
      '<https://a.b>',
    )
    const words = fc
      .array(fc.oneof(link, fc.stringMatching(/^[a-z .,]{1,12}$/)), { maxLength: 30 })
      .map((all) => all.join(' '))
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 220 }), (given, length) => {
        const all = linksIn(given)
        expect(all.slice(0, linksIn(fit(given, { length }).text).length)).toEqual(
          linksIn(fit(given, { length }).text),
        )
      }),
      { numRuns: 1000 },
    )
  })
})

test.each([
  '[',
  '`',
  '``',
  '```',
  '||',
  '<',
  '\\',
  '](',
  '[a](',
  'https://',
  '\u0301',
  '🇹',
  `${family}\u200D`,
  '[a](b',
])('a long text of %j is no work', (piece) => {
  // Taking time with the square of this would take minutes.
  const text = piece.repeat(Math.ceil(2_000_000 / piece.length))
  expect(fit(text, { length: 4096 }).text.length).toBeLessThanOrEqual(4096)
})

const linksIn = (text: string) => text.match(/\[the log\]\(https:\S+?\)|<?https:[^\s…]+/g) ?? []

/** How much of what was given stands at the beginning of what it was cut to. */
function beginningOf(text: string, given: string): number {
  const said = text.slice(0, -1)
  for (const closing of ['', ' ', '||', ' ||', '\n```', '`', '``', '\n```||', '`||', '``||']) {
    const kept = said.slice(0, said.length - closing.length)
    if (said.endsWith(closing) && given.startsWith(kept)) return kept.length
  }
  throw new Error(`${JSON.stringify(text)} is not the beginning of ${JSON.stringify(given)}`)
}

/** Fences that are not escaped, as they pair up from the left. */
function fencesIn(text: string): number {
  let fences = 0
  for (let at = 0; at < text.length; at++) {
    const isOpen = fences % 2 === 1
    const inline = isOpen ? null : /^(`{1,2})(?!`)[^]*?(?<!`)\1(?!`)/.exec(text.slice(at))
    if (text[at] === '\\' && !isOpen) at++
    else if (inline) at += inline[0].length - 1
    else if (text.startsWith('```', at)) {
      fences++
      at += 2
    } else if (text.startsWith('``', at)) at++
  }
  return fences
}
