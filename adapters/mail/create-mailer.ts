import { setTimeout as delay } from 'node:timers/promises'
import { createTransport } from 'nodemailer'
import type { Logger } from 'pino'
import { readSender } from '../../domain/contracts/mail-address.ts'
import { composeMail, type Mail } from './compose-mail.ts'
import { failureOf, type MailResult } from './mail-result.ts'

export type MailerOptions = {
  /** smtp://[user:password@]host[:port] or smtps://…; what stands behind a `?` is refused. */
  url: string
  /** `lists@example.org` or `Lists <lists@example.org>`. */
  from: string
  log: Logger
  /** For connecting and for the greeting, in milliseconds; a server that thinks about a mail has six times that for each answer. */
  timeoutMs?: number
}

export type Mailer = {
  /** Never rejects. */
  send(mail: Mail): Promise<MailResult>
  /** Why the server can't be reached, or does not take our credentials; null when it can, and does. Never rejects. */
  trouble(): Promise<Error | null>
  close(): void
}

/**
 * Sends mail by SMTP over a few kept connections. Certificates are always verified; a password goes over the
 * network by TLS only.
 * @throws {Error} when the address or the sender is not usable.
 */
export function createMailer({ url, from, log, timeoutMs = 10_000 }: MailerOptions): Mailer {
  const sender = readSender(from)
  if (sender === null) throw new Error(`${JSON.stringify(from)} is no sender of mail.`)
  const transport = createTransport({
    ...serverOf(url),
    pool: true,
    maxConnections: 3,
    // Once is for a kept connection that the server closed meanwhile; more is for the caller to decide.
    maxRequeues: 1,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    // Given up too early, a mail that was taken is sent again.
    socketTimeout: timeoutMs * patience,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  transport.on('error', (error) => log.debug({ reason: error.message }, 'mail: a connection was lost'))

  const trouble = async (): Promise<Error | null> => {
    const late = delay(timeoutMs * 3, new Error('The mail server does not answer.'), { ref: false })
    return Promise.race([transport.verify().then(() => null, asError), late])
  }

  return {
    async send(mail) {
      const composed = composeMail(mail, sender)
      if ('problem' in composed) return { outcome: 'refused', message: composed.problem }
      try {
        // A server that answers drop by drop is never silent, so the whole dialogue has its end too.
        const signal = AbortSignal.timeout(timeoutMs * patience * 2)
        const { response } = await transport.sendMail({ ...composed, signal })
        return { outcome: 'sent', message: response }
      } catch (error) {
        const { logged, isDoubtful, outcome: supposed, message } = failureOf(error)
        const outcome = isDoubtful && (await trouble()) !== null ? 'away' : supposed
        log.warn({ ...logged, messageId: composed.messageId }, `mail not sent: ${outcome}`)
        const isBeyondServer = outcome === 'refused' && !isAscii(mail.to)
        return { outcome, message: isBeyondServer ? `${beyondServer} ${message}` : message }
      }
    },

    trouble,
    close: () => transport.close({ force: true }),
  }
}

/** How many times longer a server may be silent than on the way to it. */
const patience = 6

/** What comes before the @ can't be written otherwise; what comes after it is sent in ASCII. */
const isAscii = (address: string) => !/[^\x20-\x7E]/.test(address.slice(0, address.lastIndexOf('@')))
const beyondServer = 'The mail server may not know international addresses (SMTPUTF8).'

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

function serverOf(address: string) {
  const url = URL.parse(address)
  if (url === null || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') {
    throw new Error('The mail server is not of the form smtp://user:password@host:port or smtps://…')
  }
  if (url.search !== '')
    throw new Error('The address of the mail server takes no options after a question mark.')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const auth =
    url.username === ''
      ? undefined
      : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) }
  const isLoopback = host === 'localhost' || host === '::1' || host.startsWith('127.')
  return {
    host,
    port: url.port === '' ? undefined : Number(url.port),
    secure: url.protocol === 'smtps:',
    auth,
    requireTLS: auth !== undefined && !isLoopback,
    // A relay on this machine often shows a certificate that nobody vouches for, and there is no network to guard.
    ignoreTLS: isLoopback,
    tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2' as const },
  }
}
