export type MailResult = {
  /** `later`: this mail, again with the same message id; `refused`: never; `away`: the server takes no mail at present. */
  outcome: 'sent' | 'later' | 'refused' | 'away'
  /** What the server said, or what went wrong on the way to it. May hold the address. */
  message: string
}

/** `isDoubtful`: whether it is about this mail or about the server can only be seen by asking the server again. */
export type Failure = MailResult & { isDoubtful: boolean; logged: Record<string, unknown> }

/** The steps of the dialogue that are about this mail; a refusal in any other is about us or the server. */
const stepsOfTheMail = new Set(['MAIL FROM', 'RCPT TO', 'DATA'])

/** Closing down, too many connections (RFC 5321), and sign in or use TLS first (RFC 4954): whichever mail it is. */
const aboutTheServer = new Set([421, 530])

/** At MAIL FROM these are about this mail: it is too large (RFC 1870), or needs what the server does not know, such as SMTPUTF8 (RFC 5321). */
const aboutTheMailAtSender = new Set([552, 555])

/**
 * Sorts what nodemailer throws by RFC 5321: a reply of 5xx about this mail is for good, one of 4xx may pass. Every other reply, a sender
 * that is refused, who is the same in every mail, and not getting as far as that, is about the server. A connection that breaks may have
 * broken because of this mail.
 */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error))
    return { outcome: 'later', message: String(error), isDoubtful: true, logged: {} }
  const { code, responseCode, command } = error as Error & {
    code?: string
    responseCode?: number
    command?: string
  }
  // Without the message, which may name the recipient.
  const logged = { code, responseCode, command }
  const { message } = error
  if (responseCode === undefined) {
    const isRefusedHere = code === 'EENVELOPE' || code === 'EMESSAGE'
    return { outcome: isRefusedHere ? 'refused' : 'later', message, isDoubtful: !isRefusedHere, logged }
  }
  const refusesSender =
    command === 'MAIL FROM' && responseCode >= 500 && !aboutTheMailAtSender.has(responseCode)
  const isOfTheMail = stepsOfTheMail.has(command ?? '') && !aboutTheServer.has(responseCode) && !refusesSender
  const outcome = isOfTheMail ? (responseCode >= 500 ? 'refused' : 'later') : 'away'
  return { outcome, message, isDoubtful: false, logged }
}
