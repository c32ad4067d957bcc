import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { promisify } from 'node:util'
import { pino } from 'pino'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { describe, expect, it, type TestContext } from 'vitest'
import { createMailer } from '../../../adapters/mail/create-mailer.ts'
import type { Mail } from '../../../adapters/mail/compose-mail.ts'
import { freePort } from '../../../sandbox/free-port.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { startTestMailSink } from '../../_support/servers.ts'

const log = pino({ level: 'silent' })
const from = 'Guildpost <lists@guild.example.org>'
const mail = { to: 'alice@example.org', subject: 'Hello', text: 'You are on the list.', messageId: 'm-1' }

const open = (url: string) => () => createMailer({ url, from, log })

function mailerFor(t: TestContext, url: string, timeoutMs?: number) {
  const mailer = createMailer({ url, from, log, timeoutMs })
  cleanUpAfter(t, () => mailer.close())
  return mailer
}

/** A server with its own ways, beside the sandbox's mail sink. */
async function startServer(t: TestContext, options: SMTPServerOptions): Promise<number> {
  const server = new SMTPServer({
    disableReverseLookup: true,
    closeTimeout: 100,
    hideSTARTTLS: true,
    ...options,
  })
  server.on('error', () => {})
  const port = await freePort()
  await once(server.listen(port, '127.0.0.1'), 'listening')
  cleanUpAfter(t, () => promisify(server.close.bind(server))())
  return port
}

describe('what is sent', () => {
  it('carries both texts, the same message id at each attempt, and the mark of an automatic mail', async (t) => {
    const sink = await startTestMailSink(t)
    const mailer = mailerFor(t, sink.url)
    const result = await mailer.send({ ...mail, subject: 'Grüße 你好', html: '<p>You are.</p>' })
    expect(result.outcome).toBe('sent')
    await mailer.send({ ...mail, messageId: 'm-1' })
    const [first, second] = sink.messages.map(({ source }) => source)
    expect(first).toMatch(/^Message-ID: <m-1@guild\.example\.org>\r?$/m)
    expect(second).toMatch(/^Message-ID: <m-1@guild\.example\.org>\r?$/m)
    expect(first).toMatch(/^Auto-Submitted: auto-generated\r?$/m)
    expect(first).toMatch(/^X-Auto-Response-Suppress: OOF, AutoReply\r?$/m)
    expect(first).toContain('text/html')
    expect(sink.messages[0]).toMatchObject({ subject: 'Grüße 你好', to: ['alice@example.org'] })
  })

  it('lets nothing start another header or add a recipient', async (t) => {
    const sink = await startTestMailSink(t)
    const mailer = mailerFor(t, sink.url)
    const evil = 'Hello\r\nBcc: mallory@example.org\r\n\r\nother text'
    expect(await mailer.send({ ...mail, subject: evil })).toMatchObject({ outcome: 'sent' })
    expect(sink.messages[0]?.source).not.toMatch(/^Bcc:/im)
    expect(sink.messages[0]).toMatchObject({ to: ['alice@example.org'] })

    const refusals: Mail[] = [
      { ...mail, to: 'alice@example.org, mallory@example.org' },
      { ...mail, to: 'alice@example.org\r\nBcc: mallory@example.org' },
      { ...mail, to: 'Alice <alice@example.org>' },
      { ...mail, to: 'alice' },
      { ...mail, messageId: 'm-1>\r\nBcc: mallory@example.org' },
    ]
    for (const refused of refusals) {
      expect(await mailer.send(refused)).toMatchObject({ outcome: 'refused' })
    }
    expect(sink.messages).toHaveLength(1)
  })
})

describe('what the server answers', () => {
  it.for([
    [550, 'recipient', 'refused'],
    [554, 'message', 'refused'],
    [450, 'recipient', 'later'],
    [451, 'message', 'later'],
    [421, 'recipient', 'away'],
    [530, 'recipient', 'away'],
    [552, 'sender', 'refused'],
    [553, 'sender', 'away'],
    [555, 'sender', 'refused'],
  ] as const)('%i at the %s is %s', async ([code, at, outcome], t) => {
    const sink = await startTestMailSink(t)
    const mailer = mailerFor(t, sink.url)
    sink.behave({ refuse: { code, message: 'not so', at }, times: 1 })
    const result = await mailer.send(mail)
    expect(result.outcome).toBe(outcome)
    expect(result.message).toContain('not so')
    expect(await mailer.send(mail)).toMatchObject({ outcome: 'sent' })
  })

  it('is no refusal of the mail when it is about signing in', async (t) => {
    const port = await startServer(t, {
      authMethods: ['PLAIN'],
      allowInsecureAuth: true,
      onAuth: (_auth, _session, callback) => callback(new Error('wrong password')),
    })
    const mailer = mailerFor(t, `smtp://lists:secret@127.0.0.1:${port}`)
    expect(await mailer.send(mail)).toMatchObject({ outcome: 'away' })
    expect(await mailer.trouble()).toBeInstanceOf(Error)
  })

  it('signs in with a user name and password that need encoding', async (t) => {
    const seen: unknown[] = []
    const port = await startServer(t, {
      authMethods: ['PLAIN'],
      allowInsecureAuth: true,
      onAuth({ username, password }, _session, callback) {
        seen.push({ username, password })
        callback(null, { user: username })
      },
    })
    const mailer = mailerFor(t, `smtp://lists%40guild:p%2Fw%3A%23@127.0.0.1:${port}`)
    expect(await mailer.trouble()).toBeNull()
    expect(seen).toEqual([{ username: 'lists@guild', password: 'p/w:#' }])
  })
})

describe('a server in trouble', () => {
  it('that is not there, or says nothing, is away', async (t) => {
    const sink = await startTestMailSink()
    await sink.stop()
    const gone = mailerFor(t, sink.url)
    expect(await gone.send(mail)).toMatchObject({ outcome: 'away' })
    expect(await gone.trouble()).toBeInstanceOf(Error)

    const sockets = new Set<Socket>()
    const silent = createServer((socket) => void sockets.add(socket))
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    cleanUpAfter(t, () => {
      for (const socket of sockets) socket.destroy()
      silent.close()
    })
    const address = silent.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const stuck = mailerFor(t, `smtp://127.0.0.1:${port}`, 200)
    expect(await stuck.send(mail)).toMatchObject({ outcome: 'away' })
    expect(await stuck.trouble()).toBeInstanceOf(Error)
  })

  it('whose certificate nobody vouches for gets nothing', async (t) => {
    // smtp-server brings a self-signed certificate of its own.
    const taken: string[] = []
    const port = await startServer(t, {
      secure: true,
      authOptional: true,
      onMailFrom({ address }, _session, callback) {
        taken.push(address)
        callback()
      },
    })
    const mailer = mailerFor(t, `smtps://127.0.0.1:${port}`)
    const result = await mailer.send(mail)
    expect(result.outcome).toBe('away')
    expect(result.message).toMatch(/certificate|self.signed/i)
    expect(taken).toEqual([])
  })
})

describe('a connection that breaks', () => {
  it('in the middle of a mail is about that mail, as long as the server is there', async (t) => {
    const sink = await startTestMailSink(t)
    const mailer = mailerFor(t, sink.url)
    sink.behave({ hangUp: 'text', times: 1 })
    expect(await mailer.send(mail)).toMatchObject({ outcome: 'later' })
    expect(await mailer.send(mail)).toMatchObject({ outcome: 'sent' })
  })

  it('after each greeting is about the server', async (t) => {
    const sink = await startTestMailSink(t)
    const mailer = mailerFor(t, sink.url)
    sink.behave({ hangUp: 'greeting' })
    expect(await mailer.send(mail)).toMatchObject({ outcome: 'away' })
  })
})

it('several mails share a few connections', async (t) => {
  const connections = new Set<number>()
  const port = await startServer(t, {
    authOptional: true,
    onConnect({ remotePort }, callback) {
      connections.add(remotePort)
      callback()
    },
    onData(stream, _session, callback) {
      stream.resume()
      stream.once('end', () => callback())
    },
  })
  const mailer = mailerFor(t, `smtp://127.0.0.1:${port}`)
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, number) => mailer.send({ ...mail, messageId: `m-${number}` })),
  )
  expect(results.filter(({ outcome }) => outcome === 'sent')).toHaveLength(20)
  expect(connections.size).toBeLessThanOrEqual(3)
})

describe('the address of the server', () => {
  it('is refused where it is not understood, or would turn checks off', () => {
    expect(open('http://127.0.0.1')).toThrow('smtp://')
    expect(open('mail.example.org')).toThrow('smtp://')
    expect(open('smtps://mail.example.org?tls.rejectUnauthorized=false')).toThrow('no options')
  })
})
