export type MailResult = {
  outcome: 'sent' | 'later' | 'refused'
  /** What the server said, or what went wrong on the way to it. May hold the address. */
  message: string
}

/** The steps of the dialogue that are about this mail; a refusal in any other is about us or the server. */
const stepsOfTheMail = new Set(['MAIL FROM', 'RCPT TO', 'DATA'])

/**
 * Sorts what nodemailer throws by RFC 5321: a reply of 5xx about this mail is for good; 4xx, and every trouble
 * on the way to the server or with signing in, may pass.
 */
export function failureOf(error: unknown): MailResult & { logged: Record<string, unknown> } {
  if (!(error instanceof Error)) return { outcome: 'later', message: String(error), logged: {} }
  const { code, responseCode, command } = error as Error & {
    code?: string
    responseCode?: number
    command?: string
  }
  const isRefusedHere = responseCode === undefined && (code === 'EENVELOPE' || code === 'EMESSAGE')
  const isRefusedThere =
    responseCode !== undefined &&
    responseCode >= 500 &&
    // 530: sign in or use TLS first. That is our configuration's fault, not this mail's.
    responseCode !== 530 &&
    stepsOfTheMail.has(command ?? '')
  const outcome = isRefusedHere || isRefusedThere ? 'refused' : 'later'
  // Without the message, which may name the recipient.
  return { outcome, message: error.message, logged: { code, responseCode, command } }
}
