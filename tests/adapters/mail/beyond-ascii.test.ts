import { once } from 'node:events'
import { promisify } from 'node:util'
import { pino } from 'pino'
import { SMTPServer } from 'smtp-server'
import { expect, it, type TestContext } from 'vitest'
import { createMailer } from '../../../adapters/mail/create-mailer.ts'
import { freePort } from '../../../sandbox/free-port.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { startTestMailSink } from '../../_support/servers.ts'

const mail = { subject: '你好', text: '謝謝', messageId: 'm-1' }

function mailerFor(t: TestContext, url: string, from = '公會 <lists@example.org>') {
  const mailer = createMailer({ url, from, log: pino({ level: 'silent' }) })
  cleanUpAfter(t, () => mailer.close())
  return mailer
}

it('a domain is sent in the letters that every server knows', async (t) => {
  const sink = await startTestMailSink(t)
  expect(await mailerFor(t, sink.url).send({ ...mail, to: 'ops@例子.台灣' })).toMatchObject({
    outcome: 'sent',
  })
  // The server knows the two for one, and reads what it is sent as people write it.
  expect(sink.messages[0]).toMatchObject({ to: ['ops@例子.台灣'], subject: '你好' })
  expect(sink.messages[0]?.headers['to']).toBe('ops@xn--fsqu00a.xn--kpry57d')
})

it('so is that of the sender, in the Message-ID too', async (t) => {
  const sink = await startTestMailSink(t)
  const mailer = mailerFor(t, sink.url, '公會 <lists@例子.台灣>')
  expect(await mailer.send({ ...mail, to: 'ops@localhost' })).toMatchObject({ outcome: 'sent' })
  expect(sink.messages[0]).toMatchObject({ from: 'lists@例子.台灣', to: ['ops@localhost'] })
  expect(sink.messages[0]?.headers['from']).toContain('<lists@xn--fsqu00a.xn--kpry57d>')
  expect(sink.messages[0]?.headers['message-id']).toBe('<m-1@xn--fsqu00a.xn--kpry57d>')
})

it('a name beyond ASCII reaches a server that knows SMTPUTF8', async (t) => {
  const sink = await startTestMailSink(t)
  const result = await mailerFor(t, sink.url).send({ ...mail, to: '用戶@例子.台灣' })
  expect(result).toMatchObject({ outcome: 'sent' })
  expect(sink.messages[0]?.to).toEqual(['用戶@例子.台灣'])
})

it('one that does not refuses it for good, and we say why', async (t) => {
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    hideSTARTTLS: true,
    hideSMTPUTF8: true,
    onRcptTo({ address }, _session, callback) {
      const isAscii = /^[\x20-\x7E]*$/.test(address)
      callback(isAscii ? null : Object.assign(new Error('5.6.7 Not an address'), { responseCode: 553 }))
    },
  })
  const port = await freePort()
  await once(server.listen(port, '127.0.0.1'), 'listening')
  cleanUpAfter(t, () => promisify(server.close.bind(server))())
  const result = await mailerFor(t, `smtp://127.0.0.1:${port}`).send({ ...mail, to: '用戶@例子.台灣' })
  expect(result.outcome).toBe('refused')
  expect(result.message).toContain('SMTPUTF8')
  expect(result.message).toContain('5.6.7 Not an address')
})
