import { expect, it } from 'vitest'
import { ownMarkdown } from '../../texts/own-markdown.ts'

/** A space without width. */
const zero = '\u200B'

/** What is shown; null: just what was written. */
it.each([
  ['plain words', 'nothing to see here', 'nothing to see here'],
  ['formatting', '**bold** _it_ ~~no~~ ||spoiler||\n# heading\n> quote\n- item', null],
  ['a link by itself', 'see https://example.org/a_b_(c)?d=[1]', null],
  ['a link without preview', 'see <https://example.org>', null],
  ['a time stamp and an emoji', '<t:1700000000:R> <:wave:123456789012345678>', null],
  ['a masked link', 'see [the docs](https://evil.example)!', 'see the docs (https://evil.example)!'],
  [
    'an address that says another one',
    '[https://good.example](https://evil.example)',
    'https://good.example (https://evil.example)',
  ],
  ['an address that says itself', '[https://a.example](https://a.example)', 'https://a.example'],
  ['no words', '[](https://evil.example)', 'https://evil.example'],
  ['angle brackets', '[a](<https://evil.example/x>)', 'a (https://evil.example/x)'],
  ['a title', `[a](https://evil.example "good.example")`, 'a (https://evil.example)'],
  ['brackets in the words', '[a [b] c](https://evil.example)', 'a [b] c (https://evil.example)'],
  ['parentheses in the address', '[a](https://evil.example/(x)y)', 'a (https://evil.example/(x)y)'],
  ['a reference, which Discord does not know', '[a][b]\n\n[b]: https://evil.example', null],
  [
    'an escaped bracket',
    String.raw`[a\](https://evil.example)`,
    String.raw`[a\]` + `${zero}(https://evil.example)`,
  ],
  [
    'deeper brackets',
    '[a [b [c] d] e](https://evil.example)',
    `[a [b [c] d] e]${zero}(https://evil.example)`,
  ],
  [
    'a link in a link',
    '[[a](https://b.example)](https://evil.example)',
    `[a]${zero}(https://b.example) (https://evil.example)`,
  ],
  [
    'within code',
    'call `list[i](x)` and\n```js\nf[0](1)\n```',
    `call \`list[i]${zero}(x)\` and\n\`\`\`js\nf[0]${zero}(1)\n\`\`\``,
  ],
  [
    'what only seems to be code',
    '**a ` b** [c](https://evil.example) ` d',
    `**a \` b** [c]${zero}(https://evil.example) \` d`,
  ],
  ['everyone', '@everyone and @here and @HERE', `@${zero}everyone and @${zero}here and @${zero}HERE`],
  [
    'people and roles',
    '<@123456789012345678> <@!123456789012345678> <@&123456789012345678>',
    `<${zero}@123456789012345678> <${zero}@!123456789012345678> <${zero}@&123456789012345678>`,
  ],
  [
    'everyone behind a masked link',
    '@every[one](https://evil.example)',
    `@${zero}everyone (https://evil.example)`,
  ],
  ['a command', '</unlink:123456789012345678> </div>', `<${zero}/unlink:123456789012345678> </div>`],
  ['text that runs backwards', 'go to \u202Egro.elpmaxe.live//:sptth', 'go to gro.elpmaxe.live//:sptth'],
])('%s', (_what, text, expected) => {
  expect(ownMarkdown(text)).toBe(expected ?? text)
})

it('leaves nothing that mentions anyone or masks a link, however it is nested, also in long texts', () => {
  const pieces = [
    '[',
    ']',
    '(',
    ')',
    '](',
    '`',
    '```',
    '\\',
    '<',
    '>',
    '@',
    '<@',
    'everyone',
    'here',
    'https://evil.example',
    ' ',
    '"',
    '**',
    '\n',
    'a',
  ]
  let seed = 7
  const next = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below
  for (let round = 0; round < 3000; round += 1) {
    const text = Array.from({ length: 1 + next(30) }, () => pieces[next(pieces.length)]).join('')
    expect(ownMarkdown(text)).not.toMatch(/\]\(|<@|@(everyone|here)/i)
  }
  for (const piece of ['[', '[a](', '[[]', '`', '[a](b "', '](', '[\\'])
    expect(ownMarkdown(piece.repeat(Math.floor(4000 / piece.length))).length).toBeGreaterThan(0)
})
