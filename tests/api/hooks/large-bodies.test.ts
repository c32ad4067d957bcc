import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, it, type TestContext } from 'vitest'
import type { ServerOptions } from '../../../api/server.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { startTestApi, type TestApi } from '../api-server.ts'
import { type RawAnswer, sendRaw } from '../send-raw.ts'
import { runPayload, signatureOf, webhookSecret } from './github-hook.ts'

type Listening = TestApi & { url: string; t: TestContext }

async function listening(t: TestContext, options: ServerOptions = {}): Promise<Listening> {
  const settings = { githubWebhookSecret: webhookSecret, trustedProxies: ['127.0.0.1'] }
  const api = await startTestApi(t, { settings, server: options })
  return { ...api, t, url: await api.server.listen({ host: '127.0.0.1', port: 0 }) }
}

const mebibyte = 1024 * 1024
const one = '203.0.113.1'
const another = '198.51.100.1'
const third = '192.0.2.1'

/** The head of a delivery from an address, as the proxy tells it. */
const headOf = (from: string, signature: string, fields: string): string =>
  [
    'POST /api/v1/hooks/github HTTP/1.1',
    'Host: x',
    'Connection: close',
    `X-Forwarded-For: ${from}`,
    'Content-Type: application/json',
    'X-GitHub-Event: workflow_run',
    `X-GitHub-Delivery: ${signature}`,
    `X-Hub-Signature-256: ${signature}`,
    `${fields}\r\n\r\n`,
  ].join('\r\n')

const forged = signatureOf('another')

const send = async ({ url }: Listening, from: string, body: string, signature: string): Promise<RawAnswer> =>
  sendRaw(url, headOf(from, signature, `Content-Length: ${Buffer.byteLength(body)}`) + body)

/** Begins a large delivery and sends no more of it. */
async function hold({ server, url, t }: Listening, from: string): Promise<Socket> {
  const heard = once(server.server, 'request')
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  cleanUpAfter(t, () => socket.destroy())
  socket.on('error', () => {})
  socket.write(`${headOf(from, forged, `Content-Length: ${5 * mebibyte}`)}{`)
  await heard
  return socket
}

type Answering = { answer: Promise<RawAnswer>; isAnswered: boolean }

/** Sends all of a forged delivery, which is answered once it was read. */
async function forge(api: Listening, from: string, bytes = mebibyte): Promise<Answering> {
  const heard = once(api.server.server, 'request')
  const answering: Answering = { answer: send(api, from, 'x'.repeat(bytes), forged), isAnswered: false }
  void answering.answer.then(() => (answering.isAnswered = true))
  await heard
  return answering
}

const statusOf = async ({ answer }: Answering) => (await answer).status

it('reads eight large bodies at once; the ninth waits until one of them ends, and nothing small does', async (t) => {
  const api = await listening(t)
  const held = []
  for (const from of [one, one, one, one, another, another, another, another])
    held.push(await hold(api, from))
  const ninth = await forge(api, third)
  for (const number of [1, 2, 3]) {
    const small = JSON.stringify(runPayload({ number }))
    expect((await send(api, one, small, signatureOf(small))).status).toBe(202)
  }
  expect(ninth.isAnswered).toBe(false)
  held.at(-1)?.destroy()
  expect(await statusOf(ninth)).toBe(401)
})

it('keeps half of the places from each address', async (t) => {
  const api = await listening(t)
  const held = []
  for (let times = 0; times < 4; times += 1) held.push(await hold(api, one))
  const fifth = await forge(api, one)
  expect(await statusOf(await forge(api, another))).toBe(401)
  expect(fifth.isAnswered).toBe(false)
  held[0]?.destroy()
  expect(await statusOf(fifth)).toBe(401)
})

const large = JSON.stringify({ ...runPayload({ number: 1 }), padding: 'x'.repeat(mebibyte) })
const single = { atOnce: 1, ofOneAddress: 1, waitMs: 10_000 }

it('gives a place to whoever waits longest', async (t) => {
  const api = await listening(t, { largeBodies: single })
  const held = await hold(api, one)
  const answered: string[] = []
  const answers = []
  for (const from of [third, another, one]) {
    const { answer } = await forge(api, from)
    answers.push(answer.then(() => answered.push(from)))
  }
  held.destroy()
  await Promise.all(answers)
  expect(answered).toEqual([third, another, one])
})

it('takes a genuine large delivery once it is its turn', async (t) => {
  const api = await listening(t, { largeBodies: single })
  const held = await hold(api, one)
  const heard = once(api.server.server, 'request')
  const answer = send(api, another, large, signatureOf(large))
  await heard
  held.destroy()
  expect((await answer).status).toBe(202)
})

it.for([
  ['a byte more than small', `Content-Length: ${64 * 1024 + 1}`],
  ['the largest that is taken', `Content-Length: ${5 * mebibyte}`],
  ['of a length that it does not say', 'Transfer-Encoding: chunked'],
] as const)('answers 503 to what is %s while no place comes free', async ([, fields], t) => {
  const api = await listening(t, { largeBodies: { ...single, waitMs: 50 } })
  const held = await hold(api, one)
  const { status, text } = await sendRaw(api.url, headOf(another, forged, fields))
  expect(status).toBe(503)
  expect(text).toMatch(/\r\nretry-after: 10\r\n/)
  expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n')))).toMatchObject({
    code: 'UNAVAILABLE',
    details: { reason: 'LARGE_BODIES_LIMITED' },
  })
  held.destroy()
  expect(await statusOf(await forge(api, another))).toBe(401)
})

it('has what is small, or refused by its length alone, wait for nobody', async (t) => {
  const api = await listening(t, { largeBodies: { ...single, waitMs: 50 } })
  await hold(api, one)
  expect(await statusOf(await forge(api, another, 64 * 1024))).toBe(401)
  const tooLarge = headOf(another, forged, `Content-Length: ${5 * mebibyte + 1}`)
  expect((await sendRaw(api.url, tooLarge)).status).toBe(413)
})

it('takes the place of who is too slow', async (t) => {
  const api = await listening(t, { largeBodies: single, requestTimeoutMs: 500 })
  const held = await hold(api, one)
  const [said] = (await once(held, 'data')) as [Buffer]
  expect(said.toString()).toMatch(/^HTTP\/1\.1 408 /)
  expect((await send(api, another, large, signatureOf(large))).status).toBe(202)
})

it('forgets whoever hangs up while they wait', async (t) => {
  const api = await listening(t, { largeBodies: { ...single, waitMs: 500 } })
  await hold(api, one)
  const waiting = await hold(api, another)
  waiting.destroy()
  expect(await statusOf(await forge(api, third))).toBe(503)
  expect(api.log.filter((line) => line.includes('Too many large bodies'))).toHaveLength(1)
})
