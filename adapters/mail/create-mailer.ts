import { createTransport } from 'nodemailer'
import type { Logger } from 'pino'
import { composeMail, type Mail } from './compose-mail.ts'
import { failureOf, type MailResult } from './mail-result.ts'

export type MailerOptions = {
  /** smtp://[user:password@]host[:port] or smtps://…; what stands behind a `?` is refused. */
  url: string
  /** `lists@example.org` or `Lists <lists@example.org>`. */
  from: string
  log: Logger
  /** For connecting, for the greeting, and for any silence in between, in milliseconds. */
  timeoutMs?: number
}

export type Mailer = {
  /** Never rejects. `later`: try again with the same message id; `refused`: trying again does not help. */
  send(mail: Mail): Promise<MailResult>
  /** Whether the server can be reached and takes our credentials. Never rejects. */
  healthy(): Promise<boolean>
  /** Why it can't, null when it can. Never rejects. */
  trouble(): Promise<Error | null>
  close(): void
}

/**
 * Sends mail by SMTP over a few kept connections. Certificates are always verified; a password goes over the
 * network by TLS only.
 * @throws {Error} when the address or the sender is not usable.
 */
export function createMailer({ url, from, log, timeoutMs = 10_000 }: MailerOptions): Mailer {
  const transport = createTransport({
    ...serverOf(url),
    pool: true,
    maxConnections: 2,
    // Once is for a kept connection that the server closed meanwhile; more is for the caller to decide.
    maxRequeues: 1,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  transport.on('error', (error) => log.debug({ reason: error.message }, 'mail: a connection was lost'))

  return {
    async send(mail) {
      const composed = composeMail(mail, from)
      if ('problem' in composed) return { outcome: 'refused', message: composed.problem }
      try {
        // A server that answers drop by drop is never silent, so the whole dialogue has its end too.
        const signal = AbortSignal.timeout(timeoutMs * 6)
        const { response } = await transport.sendMail({ ...composed, signal })
        return { outcome: 'sent', message: response }
      } catch (error) {
        const { logged, ...result } = failureOf(error)
        log.warn({ ...logged, messageId: composed.messageId }, `mail not sent: ${result.outcome}`)
        return result
      }
    },

    async healthy() {
      return transport.verify().then(
        () => true,
        () => false,
      )
    },

    trouble: () =>
      transport.verify().then(
        () => null,
        (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
      ),

    close: () => transport.close({ force: true }),
  }
}

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
