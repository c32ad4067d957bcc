import { setTimeout as delay } from 'node:timers/promises'
import { text as textOf } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { readMail, type Mail } from './read-mail.ts'

export type { Mail }

/** What the server does with the next messages, instead of taking them at once. */
export type MailScript = {
  /** Waits so long before it answers a message, in milliseconds. */
  delayMs?: number
  /** Refuses: 4xx for now, 5xx for good. At the recipient, or after the message's text. */
  refuse?: { code: number; message: string; at: 'recipient' | 'message' }
  /** For how many messages; for all from now on when left out. */
  times?: number
}

export type MailSink = {
  /** smtp://127.0.0.1:PORT */
  readonly url: string
  readonly port: number
  /** What was taken, the oldest first. */
  readonly messages: Mail[]
  /** The first message, taken or still to come, that fits. Throws after `deadlineMs`, naming what came. */
  waitForMail(fits: (mail: Mail) => boolean, deadlineMs?: number): Promise<Mail>
  behave(script: MailScript | null): void
  onMail(listener: (mail: Mail) => void): void
  stop(): Promise<void>
}

/** Starts a mail server on 127.0.0.1 that delivers nothing: it keeps what it is sent. No sign-in, no TLS. */
export async function startMailSink(options: { port?: number } = {}): Promise<MailSink> {
  const messages: Mail[] = []
  const listeners = new Set<(mail: Mail) => void>()
  let script: MailScript | null = null
  let left = Infinity

  const act = async (at: 'recipient' | 'message') => {
    if (script === null || left <= 0) return
    const { delayMs = 0, refuse } = script
    const isLastStep = at === 'message' || refuse?.at === 'recipient'
    if (isLastStep) left -= 1
    if (at === 'message' && delayMs > 0) await delay(delayMs, undefined, { ref: false })
    if (refuse?.at === at) throw Object.assign(new Error(refuse.message), { responseCode: refuse.code })
  }
  const handlers: SMTPServerOptions = {
    onRcptTo(_address, _session, callback) {
      void answer(act('recipient'), callback)
    },
    onData(stream, session, callback) {
      const take = async () => {
        const source = await textOf(stream)
        await act('message')
        const { mailFrom, rcptTo } = session.envelope
        const from = mailFrom === false ? '' : mailFrom.address
        const mail = readMail(source, { from, to: rcptTo.map(({ address }) => address) })
        messages.push(mail)
        for (const listener of listeners) listener(mail)
      }
      void answer(take(), callback)
    },
  }
  const server = new SMTPServer({
    ...handlers,
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 500,
  })
  // A client that hangs up in the middle is its own affair.
  server.on('error', () => {})
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject)
    const listener = server.listen(options.port ?? 0, '127.0.0.1', () => {
      const address = listener.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })

  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    messages,
    waitForMail: (fits, deadlineMs = 15_000) => waitForMail(messages, listeners, fits, deadlineMs),
    behave(next) {
      script = next
      left = next?.times ?? Infinity
    },
    onMail: (listener) => void listeners.add(listener),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

async function answer(work: Promise<void>, callback: (error?: Error) => void): Promise<void> {
  try {
    await work
  } catch (error) {
    return callback(error instanceof Error ? error : new Error(String(error)))
  }
  callback()
}

function waitForMail(
  messages: Mail[],
  listeners: Set<(mail: Mail) => void>,
  fits: (mail: Mail) => boolean,
  deadlineMs: number,
): Promise<Mail> {
  const there = messages.find(fits)
  if (there !== undefined) return Promise.resolve(there)
  return new Promise((resolve, reject) => {
    const listener = (mail: Mail) => {
      if (!fits(mail)) return
      end()
      resolve(mail)
    }
    const timer = setTimeout(() => {
      end()
      const came = messages.map(({ to, subject }) => `${to.join(', ')}: ${subject}`).join('\n')
      reject(new Error(`No such mail within ${deadlineMs} ms. What came:\n${came || '(nothing)'}`))
    }, deadlineMs)
    const end = () => {
      clearTimeout(timer)
      listeners.delete(listener)
    }
    listeners.add(listener)
  })
}
