import fc from 'fast-check'
import { createTransport } from 'nodemailer'
import { expect, it } from 'vitest'
import { composeMail } from '../../../adapters/mail/compose-mail.ts'
import { readSender } from '../../../domain/contracts/mail-address.ts'
import { readMail } from '../../../sandbox/servers/read-mail.ts'

/** What somebody would write who wants a header of their own. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '\r\n',
          '\n',
          '\r',
          '\0',
          '\u2028',
          '\u0085',
          ' ',
          ',',
          ';',
          '<',
          '>',
          '"',
          '\\',
          '@',
          '(',
          ')',
        ),
        fc.constantFrom(
          'Bcc: mallory@example.org',
          'mallory@example.org',
          '=?utf-8?q?=0D=0ABcc:_x?=',
          '公會',
          'a',
        ),
      ),
      { maxLength: 12 },
    )
    .map((pieces) => pieces.join('')),
)

const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
const known = new Set([
  'from',
  'to',
  'subject',
  'message-id',
  'date',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'auto-submitted',
  'x-auto-response-suppress',
])

/** As it would go over the wire; null where it is refused before. */
async function written(mail: { to: string; subject: string; name: string }) {
  const sender = readSender(`${mail.name} <lists@example.org>`)
  if (sender === null) return null
  const composed = composeMail({ ...mail, text: 'Hello', messageId: 'm-1' }, sender)
  if ('problem' in composed) return null
  const { message, envelope } = await composer.sendMail(composed)
  return { read: readMail((message as Buffer).toString('utf8'), { from: '', to: [] }), envelope }
}

it('whatever is in subject, names and addresses, no header and no recipient comes of it', async () => {
  let sent = 0
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(hostile, fc.constant('alice@example.org')),
      hostile,
      fc.oneof(hostile, fc.constant('Lists')),
      async (to, subject, name) => {
        const mail = await written({ to, subject, name })
        if (mail === null) return
        sent += 1
        expect(Object.keys(mail.read.headers).filter((header) => !known.has(header))).toEqual([])
        expect(mail.envelope.to).toHaveLength(1)
        expect(mail.envelope.from).toBe('lists@example.org')
        expect(mail.read.text.trim()).toBe('Hello')
      },
    ),
    { numRuns: 500 },
  )
  expect(sent).toBeGreaterThan(5)
})

it('a subject with line breaks stays one line, and says the same', async () => {
  const mail = await written({
    to: 'alice@example.org',
    subject: 'Hello\r\nBcc: mallory@example.org\n\n你好',
    name: '"Lists, Inc."',
  })
  expect(mail?.read.subject).toBe('Hello Bcc: mallory@example.org 你好')
  expect(mail?.read.headers).not.toHaveProperty('bcc')
  expect(mail?.read.headers['from']).toBe('"Lists, Inc." <lists@example.org>')
})
