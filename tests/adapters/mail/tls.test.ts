import { once } from 'node:events'
import { promisify } from 'node:util'
import { pino } from 'pino'
import { SMTPServer } from 'smtp-server'
import { expect, it, type TestContext } from 'vitest'
import { createMailer } from '../../../adapters/mail/create-mailer.ts'
import { freePort } from '../../../sandbox/free-port.ts'
import { makeCertificate } from '../../../sandbox/servers/certificate.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'

const mail = { to: 'alice@example.org', subject: 'Hello', text: 'You are on the list.', messageId: 'm-1' }

/** An address by which this machine reaches itself, and which is not known as its loopback: to the mailer it is anywhere. */
const outside = '0.0.0.0'

/** A server whose certificate nobody vouches for. */
async function startServer(t: TestContext, offersTls: boolean) {
  const { pem, keyPem } = makeCertificate({ commonName: 'mail', addresses: [outside] })
  const seen: string[] = []
  const server = new SMTPServer({
    key: keyPem,
    cert: pem,
    disableReverseLookup: true,
    closeTimeout: 100,
    authMethods: ['PLAIN'],
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: offersTls ? [] : ['STARTTLS'],
    onAuth({ username = '' }, _session, callback) {
      seen.push(`signed in as ${username}`)
      callback(null, { user: username })
    },
    onMailFrom({ address }, _session, callback) {
      seen.push(`mail from ${address}`)
      callback()
    },
  })
  server.on('error', () => {})
  const port = await freePort()
  await once(server.listen(port, '127.0.0.1'), 'listening')
  cleanUpAfter(t, () => promisify(server.close.bind(server))())
  return { port, seen }
}

function mailerFor(t: TestContext, url: string) {
  const mailer = createMailer({ url, from: 'lists@example.org', log: pino({ level: 'silent' }) })
  cleanUpAfter(t, () => mailer.close())
  return mailer
}

it('a certificate that nobody vouches for ends it, also where TLS only begins later', async (t) => {
  const { port, seen } = await startServer(t, true)
  for (const url of [`smtp://${outside}:${port}`, `smtp://lists:secret@${outside}:${port}`]) {
    const result = await mailerFor(t, url).send(mail)
    expect(result.outcome).toBe('away')
    expect(result.message).toMatch(/certificate|self.signed/i)
  }
  expect(seen).toEqual([])
})

it('a password does not go over the network in the clear', async (t) => {
  const { port, seen } = await startServer(t, false)
  const result = await mailerFor(t, `smtp://lists:secret@${outside}:${port}`).send(mail)
  expect(result.outcome).toBe('away')
  expect(seen).toEqual([])
})
