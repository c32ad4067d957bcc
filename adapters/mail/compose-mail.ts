import { domainToASCII } from 'node:url'
import { isMailAddress, type Sender } from '../../domain/contracts/mail-address.ts'

export type Mail = {
  /** One bare address. */
  to: string
  subject: string
  text: string
  html?: string
  /** The caller's id of this mail, the same at every attempt: `a1b2` or `a1b2@example.org`. */
  messageId: string
}

type ComposedMail = {
  from: Sender
  to: { name: string; address: string }
  subject: string
  text: string
  html: string | undefined
  messageId: string
  headers: Record<string, string>
}

/** The mail as nodemailer takes it, or what makes it impossible to send. Nothing in it can start another header. */
export function composeMail(mail: Mail, from: Sender): ComposedMail | { problem: string } {
  const { to, text, html } = mail
  // An object, since a string would be read as a list of addresses.
  if (!isMailAddress(to)) return { problem: 'This is not one plain mail address.' }
  const messageId = wholeMessageId(mail.messageId, from)
  if (messageId === null) return { problem: `${JSON.stringify(mail.messageId)} is no message id.` }
  return {
    from,
    to: { name: '', address: to },
    subject: mail.subject.replace(/[\p{Cc}\s]+/gu, ' ').trim(),
    text,
    html,
    messageId,
    // Out-of-office programs shall not answer: by RFC 3834, and as Exchange wants to be told.
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'OOF, AutoReply',
    },
  }
}

function wholeMessageId(id: string, { address }: Sender): string | null {
  const bare = id.replace(/^<(.*)>$/, '$1')
  const whole = bare.includes('@')
    ? bare
    : `${bare}@${domainToASCII(address.slice(address.lastIndexOf('@') + 1))}`
  return /^[A-Za-z0-9._+=-]{1,128}@[A-Za-z0-9.-]{1,255}$/.test(whole) ? `<${whole}>` : null
}
