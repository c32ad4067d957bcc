import { REST, Routes, type APIMessage } from 'discord.js'
import { expect, test } from 'vitest'
import { channelId, createClock, standInForTest, token } from './test-bot.ts'

const path = Routes.channelMessages(channelId)

async function story(timeout = 15_000) {
  const clock = createClock()
  const standIn = await standInForTest({ now: clock.now })
  const rest = new REST({ api: standIn.url, timeout, retries: 0 }).setToken(token)
  const post = (nonce: string) =>
    rest.post(path, { body: { content: nonce, nonce, enforce_nonce: true } }) as Promise<APIMessage>
  const read = async (query: Record<string, string>) =>
    (await rest.get(path, { query: new URLSearchParams(query) })) as APIMessage[]
  return { clock, standIn, post, read }
}

const said = (messages: readonly { content: string }[]) => messages.map(({ content }) => content)

test('pages of a channel: the last ones, those before and those after a message, the newest first', async () => {
  const { post, read } = await story()
  const messages: APIMessage[] = []
  for (const nonce of ['a', 'b', 'c', 'd']) messages.push(await post(nonce))
  const [first, , third] = messages
  expect(said(await read({ limit: '2' }))).toEqual(['d', 'c'])
  expect(said(await read({ before: third?.id ?? '' }))).toEqual(['b', 'a'])
  expect(said(await read({ after: first?.id ?? '' }))).toEqual(['d', 'c', 'b'])
  expect(said(await read({ after: first?.id ?? '', limit: '2' }))).toEqual(['c', 'b'])
  await expect(read({ after: 'yesterday' })).rejects.toMatchObject({ code: 50_035 })
})

test('a nonce is shown and enforced as long as it is remembered', async () => {
  const { clock, standIn, post, read } = await story()
  await post('n1')
  expect(await read({})).toMatchObject([{ nonce: 'n1' }])
  clock.advance(10 * 60_000)
  expect((await read({}))[0]).not.toHaveProperty('nonce')
  await post('n2')
  standIn.forgetNonces()
  expect((await read({}))[0]).not.toHaveProperty('nonce')
  await post('n2')
  expect(said(standIn.messagesIn(channelId))).toEqual(['n1', 'n2', 'n2'])
})

test.for(['cut', 'silence'] as const)(
  '%s in place of an answer, before and after the deed',
  async (instead) => {
    const { standIn, post } = await story(1000)
    standIn.script({ method: 'POST', path: /messages$/, times: 1, answer: { instead } })
    await expect(post('lost')).rejects.toThrow(/./)
    standIn.script({ method: 'POST', path: /messages$/, times: 1, answer: { instead, afterAccepting: true } })
    await expect(post('taken')).rejects.toThrow(/./)
    await expect.poll(() => said(standIn.messagesIn(channelId))).toEqual(['taken'])
  },
)

test('trouble lasts until it is called off', async () => {
  const { standIn, post } = await story()
  const end = standIn.script({ method: 'POST', path: /messages$/, times: Infinity, answer: { status: 503 } })
  for (let count = 0; count < 3; count += 1) await expect(post('n')).rejects.toMatchObject({ status: 503 })
  end()
  await post('n')
  expect(said(standIn.messagesIn(channelId))).toEqual(['n'])
})
