import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Card } from '../../domain/contracts/card.ts'
import { createApiDescription } from '../../sandbox/discord/api-description.ts'
import { messageProblems } from '../../sandbox/discord/message-rules.ts'
import { cardMessage, type Told } from '../../texts/notices/card-message.ts'
import { shareRoom } from '../../texts/notices/share-room.ts'

const description = createApiDescription()
const happenedAt = new Date('2026-01-02T03:04:05Z')

const card = (more: Partial<Card> = {}): Card => ({
  title: 'ci on main failed',
  url: 'https://github.com/octo/hello/actions/runs/1',
  text: 'Fix the **parser**',
  fields: [{ name: 'Commit', value: '`abc`', inline: true }],
  footer: 'octo/hello',
  colour: 'red',
  plain: { subject: 'ci on main failed', text: 'Fix the parser' },
  ...more,
})
const told = (more: Partial<Card> = {}, isLate = false): Told => ({ card: card(more), happenedAt, isLate })

/** What Discord would say, by its own description and by what that leaves out. */
function problemsOf(message: object): unknown[] {
  return [...description.check('MessageCreateRequest', message), ...messageProblems(message, false)]
}

test('a card alone says everything, and opens what it is about', () => {
  const { message, file } = cardMessage([told()], null)
  expect(file).toBeNull()
  expect(problemsOf(message)).toEqual([])
  expect(message).toEqual({
    embeds: [
      {
        title: 'ci on main failed',
        url: 'https://github.com/octo/hello/actions/runs/1',
        description: 'Fix the **parser**',
        fields: [{ name: 'Commit', value: '`abc`', inline: true }],
        footer: { text: 'octo/hello' },
        color: 0xd73a49,
        timestamp: '2026-01-02T03:04:05.000Z',
      },
    ],
    components: [
      {
        type: 1,
        components: [
          { type: 2, style: 5, label: 'Open', url: 'https://github.com/octo/hello/actions/runs/1' },
        ],
      },
    ],
    allowed_mentions: { parse: [] },
  })
})

test('whoever is to be called is called, and nobody else whatever the card says', () => {
  const shouting = told({ text: '@everyone <@&1>' })
  expect(cardMessage([shouting], '123456789012345678').message).toMatchObject({
    content: '<@&123456789012345678>',
    allowed_mentions: { parse: [], roles: ['123456789012345678'] },
  })
  expect(cardMessage([shouting], 'here').message).toMatchObject({
    content: '@here',
    allowed_mentions: { parse: ['everyone'] },
  })
  expect(cardMessage([shouting], null).message).not.toHaveProperty('content')
})

test('what is told late says when it happened, in the language of the server', () => {
  const descriptionOf = (locale?: 'en' | 'zh-TW') =>
    cardMessage([told({}, true)], null, locale).message.embeds?.[0]?.description
  expect(descriptionOf()).toBe(
    '-# 🕓 This happened <t:1767323045:f> (<t:1767323045:R>) and could not be told before.\nFix the **parser**',
  )
  expect(descriptionOf('zh-TW')).toContain('這件事發生在 <t:1767323045:f>（<t:1767323045:R>）')
  expect(cardMessage([told({}, true)], null, 'zh-TW').message.components).toMatchObject([
    { components: [{ label: '開啟' }] },
  ])
  expect(
    cardMessage([told({ text: 't'.repeat(5000) }, true)], null).message.embeds?.[0]?.description,
  ).toMatch(/^-# 🕓 This happened .*\nt+…$/)
})

test('what has no room goes whole into a file', () => {
  const long = told({ text: 't'.repeat(4097), plain: { subject: 'it failed', text: 'all of it' } })
  const { message, file } = cardMessage([long], null)
  expect(problemsOf(message)).toEqual([])
  expect(message.embeds?.[0]?.description).toHaveLength(4096)
  expect(file).toEqual({ name: 'everything.txt', text: 'it failed\n2026-01-02 03:04:05 UTC\n\nall of it\n' })
})

test.each([
  ['a title', { title: 't'.repeat(257) }],
  ['a footer', { footer: 'f'.repeat(2049) }],
  ['a field’s name', { fields: [{ name: 'n'.repeat(257), value: 'v', inline: false }] }],
  ['a field’s value', { fields: [{ name: 'n', value: 'v'.repeat(1025), inline: false }] }],
  [
    'more fields than 25',
    { fields: Array.from({ length: 26 }, () => ({ name: 'n', value: 'v', inline: true })) },
  ],
])('%s that is too long is in the file', (_name, more) => {
  const { message, file } = cardMessage([told(more)], null)
  expect(problemsOf(message)).toEqual([])
  expect(file).not.toBeNull()
})

test('ten cards share the room: short ones are whole, long ones get the same', () => {
  const many = Array.from({ length: 10 }, (_, at) =>
    told(at < 5 ? {} : { text: 'x'.repeat(4000), plain: { subject: `number ${at}`, text: 'x' } }, true),
  )
  const { message, file } = cardMessage(many, null)
  expect(problemsOf(message)).toEqual([])
  const lengths = message.embeds?.map(({ description: text }) => text?.length ?? 0) ?? []
  expect(
    message.embeds?.slice(0, 5).every(({ description: text }) => text?.endsWith('Fix the **parser**')),
  ).toBe(true)
  expect(Math.max(...lengths.slice(5)) - Math.min(...lengths.slice(5))).toBeLessThanOrEqual(1)
  expect(Math.min(...lengths.slice(5))).toBeGreaterThan(800)
  expect(file?.text).toContain('number 9')
  expect(message.components).toEqual([])
})

test('more than ten cards: the others are in the file', () => {
  const { message, file } = cardMessage(
    Array.from({ length: 12 }, (_, at) => told({ plain: { subject: `number ${at}`, text: '' } })),
    null,
  )
  expect(message.embeds).toHaveLength(10)
  expect(file?.text).toContain('number 11')
})

test.each([
  [null, undefined],
  ['javascript:alert(1)', undefined],
  ['https://user:secret@example.org', undefined],
  ['not an address', undefined],
  [`https://example.org/${'a'.repeat(2048)}`, undefined],
  ['https://example.org/a|b c', 'https://example.org/a%7Cb%20c'],
  ['https://例子.tw/名', 'https://xn--fsqu00a.tw/%E5%90%8D'],
])('%s as a link', (url, link) => {
  const { message } = cardMessage([told({ url })], null)
  expect(problemsOf(message)).toEqual([])
  expect(message.embeds?.[0]?.url).toBe(link)
})

test('a button takes shorter addresses than a title', () => {
  const { message } = cardMessage([told({ url: `https://example.org/${'a'.repeat(600)}` })], null)
  expect(problemsOf(message)).toEqual([])
  expect(message.components).toEqual([])
  expect(message.embeds?.[0]?.url).toHaveLength(620)
})

const text = (longest: number) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
    fc.constantFrom('', ' ', '\n', '**', '```js\ncode'),
    fc
      .tuple(fc.constantFrom('a', '名', '👨‍👩‍👧', '`', '||', '[a](https://b.c) ', ' '), fc.nat(longest))
      .map(([piece, length]) => piece.repeat(Math.ceil(length / piece.length))),
  )

describe('whatever the cards say', () => {
  const anyCard: fc.Arbitrary<Card> = fc.record({
    title: text(600),
    url: fc.option(
      fc.oneof(
        fc.webUrl({ withFragments: true, withQueryParameters: true }),
        fc.string({ unit: 'binary' }).map((path) => `https://a.b/${path}`),
      ),
    ),
    text: text(9000),
    fields: fc.array(fc.record({ name: text(600), value: text(3000), inline: fc.boolean() }), {
      maxLength: 40,
    }),
    footer: fc.option(text(4000)),
    colour: fc.constantFrom('red', 'amber', 'green', 'grey', 'blue', 'purple'),
    plain: fc.record({ subject: fc.string(), text: fc.string() }),
  })
  const anyTold = fc.record({
    card: anyCard,
    happenedAt: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
    isLate: fc.boolean(),
  })

  test('Discord takes the message, and nothing of a card is lost', () => {
    fc.assert(
      fc.property(
        fc.array(anyTold, { minLength: 1, maxLength: 12 }),
        fc.constantFrom('en' as const, 'zh-TW' as const),
        (all, locale) => {
          const { message, file } = cardMessage(all, 'here', locale)
          expect(problemsOf(message)).toEqual([])
          expect(message.embeds).toHaveLength(Math.min(10, all.length))
          const shown = JSON.stringify(message.embeds)
          const isWhole = all.every(({ card: { title, text: said } }) =>
            [title, said].every((part) =>
              shown.includes(JSON.stringify(part.trim().toWellFormed()).slice(1, -1)),
            ),
          )
          expect(isWhole || file !== null).toBe(true)
        },
      ),
      { numRuns: 150 },
    )
  })
})

test('room is shared so that nobody gets less than another one for no reason', () => {
  expect(shareRoom([10, 20, 30], 100)).toEqual([10, 20, 30])
  expect(shareRoom([10, 50, 50], 60)).toEqual([10, 25, 25])
  expect(shareRoom([5, 5], -1)).toEqual([0, 0])
})
