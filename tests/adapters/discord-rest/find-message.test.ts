import type { REST } from '@discordjs/rest'
import { expect, it } from 'vitest'
import { findOwnMessage } from '../../../adapters/discord-rest/find-message.ts'
import { printOf } from '../../../adapters/discord-rest/message-print.ts'

const own = '100000000000000001'
const since = new Date('2026-01-02T03:04:05Z')
const idAt = (ms: number) => String(BigInt(since.getTime() + ms - 1_420_070_400_000) << 22n)

type Said = { id: string; content: string; author?: { id: string }; nonce?: string }

/** A channel in which these things were said, the oldest first. */
function channelOf(said: Said[]) {
  const asked: string[] = []
  const get = async (path: string, { query }: { query?: URLSearchParams } = {}) => {
    if (path === '/users/@me') return { id: own }
    const after = query?.get('after') ?? '0'
    asked.push(after)
    const later = said.filter(({ id }) => BigInt(id) > BigInt(after)).slice(0, Number(query?.get('limit')))
    return later.toReversed().map((one) => ({ author: { id: own }, ...one }))
  }
  return { asked, rest: { get } as unknown as REST }
}

const sought = { since, nonce: 'n1', prints: [printOf({ content: 'deployed' })], others: [] }
const chatter = (count: number): Said[] =>
  Array.from({ length: count }, (_, at) => ({ id: idAt(at), content: `chat ${at}`, author: { id: '2' } }))

it('finds a message some pages further on, and asks for no more than there is', async () => {
  const wanted = { id: idAt(10_000), content: ' deployed\n' }
  const { rest, asked } = channelOf([...chatter(250), wanted])
  const found = await findOwnMessage(rest, 'channel', sought)
  expect(found).toEqual({
    outcome: 'found',
    channelId: 'channel',
    messageId: wanted.id,
    print: printOf({ content: 'deployed' }),
  })
  expect(asked).toHaveLength(3)
  expect(await findOwnMessage(channelOf(chatter(250)).rest, 'channel', sought)).toEqual({ outcome: 'none' })
})

it('believes a nonce more than words, and takes nobody else’s message and none that is known', async () => {
  const [words, nonce] = [
    { id: idAt(1), content: 'deployed' },
    { id: idAt(2), content: 'other words', nonce: 'n1' },
  ]
  const { rest } = channelOf([{ id: idAt(0), content: 'deployed', author: { id: '2' } }, words, nonce])
  expect(await findOwnMessage(rest, 'channel', sought)).toMatchObject({ messageId: nonce.id })
  const others = [nonce.id]
  expect(await findOwnMessage(rest, 'channel', { ...sought, others })).toMatchObject({ messageId: words.id })
  others.push(words.id)
  expect(await findOwnMessage(rest, 'channel', { ...sought, others })).toEqual({ outcome: 'none' })
})

const before = (ms: number) => channelOf([{ id: idAt(-ms), content: 'deployed' }]).rest

it('looks a little further back, for clocks differ, and not at what was said long before', async () => {
  expect(await findOwnMessage(before(30_000), 'channel', sought)).toMatchObject({ outcome: 'found' })
  expect(await findOwnMessage(before(90_000), 'channel', sought)).toEqual({ outcome: 'none' })
})

it('a message is the same however Discord spaces it, and another one with other words', () => {
  const card = { content: '', embeds: [{ title: 'Red ', description: 'It\n\nfailed.' }] }
  expect(printOf({ embeds: [{ title: 'Red', description: 'It failed. ' }] })).toBe(printOf(card))
  expect(printOf({ embeds: [{ title: 'Red', description: 'It works.' }] })).not.toBe(printOf(card))
  expect(printOf({ embeds: [...card.embeds, { title: 'Blue' }] })).not.toBe(printOf(card))
  expect(withField('main ')).toBe(withField('main'))
  expect(withField('main')).not.toBe(withField('next'))
})

function withField(value: string): string {
  return printOf({
    embeds: [{ title: 'Red', description: 'It failed.', fields: [{ name: 'Branch', value }] }],
  })
}
