import { createMailer } from '../../adapters/mail/create-mailer.ts'
import { letter } from '../../texts/letter.ts'
import { type Area, reasonOf, right, unknown, wrong } from './finding.ts'
import type { Logger } from 'pino'

type MailSettings = { url: string; from: string; log: Logger; sendTestTo: string | undefined }

const test = letter({
  subject: 'guildpost: a test',
  locale: 'en',
  parts: ['This mail was asked for with npm run doctor. If you can read it, mail works.'],
})

/** Whether the mail server can be reached, with TLS where that is asked for, and takes our credentials; on request a mail. */
export const mailArea = ({ url, from, log, sendTestTo }: MailSettings): Area => ({
  name: 'mail',
  check: async function* () {
    const mailer = createMailer({ url, from, log, timeoutMs: 8000 })
    try {
      const trouble = await mailer.trouble()
      yield trouble === null
        ? right('server', 'reached, and it takes our credentials')
        : wrong(
            'server',
            reasonOf(trouble),
            'Correct SMTP_URL: host, port, user and password, smtps:// for TLS from the start.',
          )
      if (trouble !== null || sendTestTo === undefined) return
      const sent = await mailer.send({
        to: sendTestTo,
        subject: test.subject,
        text: test.textBody,
        html: test.htmlBody,
        messageId: `doctor-${Date.now()}@guildpost`,
      })
      if (sent.outcome === 'sent')
        yield right('test mail', `taken by the server for ${sendTestTo}: ${sent.message}`)
      else if (sent.outcome === 'refused')
        yield wrong(
          'test mail',
          sent.message,
          'See that MAIL_FROM is a sender that the server lets this account use.',
        )
      else yield unknown('test mail', sent.message, 'Try again in a few minutes.')
    } finally {
      mailer.close()
    }
  },
})
