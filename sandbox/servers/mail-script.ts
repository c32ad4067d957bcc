/** What a mail server does with the next messages, instead of taking them at once. */
export type MailScript = {
  /** Waits so long before it answers a message, in milliseconds. */
  delayMs?: number
  /** Waits for this before it answers a message. */
  until?: Promise<unknown>
  /** Refuses: 4xx for now, 5xx for good. At the sender, at the recipient, or after the message's text. */
  refuse?: { code: number; message: string; at: 'sender' | 'recipient' | 'message' }
  /** Has each recipient come again: 451 the first time that it hears of one. */
  greylist?: true
  /** Hangs up: before it greets, in the middle of the text, or having taken the message, before it says so. */
  hangUp?: 'greeting' | 'text' | 'answer'
  /** Only mail to this address is met by it. */
  only?: string
  /** For how many messages; for all from now on when left out. */
  times?: number
}

export type MailStep = 'greeting' | 'sender' | 'recipient' | 'message'

/** Says at each step whether the script is about it. */
export function readScript(script: MailScript | null): (step: MailStep, recipient?: string) => MailScript {
  let left = script?.times ?? Infinity
  const known = new Set<string>()
  return (step, recipient = '') => {
    if (script === null || left <= 0 || stepOf(script) !== step) return {}
    if (script.only !== undefined && script.only !== recipient) return {}
    if (script.greylist) {
      if (known.has(recipient)) return {}
      known.add(recipient)
    }
    left -= 1
    return script.greylist ? { refuse: greylisted } : script
  }
}

const greylisted = { code: 451, message: '4.7.1 Greylisted, come again', at: 'recipient' } as const

function stepOf({ refuse, greylist, hangUp }: MailScript): MailStep {
  if (hangUp === 'greeting') return 'greeting'
  if (refuse?.at === 'sender') return 'sender'
  return greylist || refuse?.at === 'recipient' ? 'recipient' : 'message'
}
