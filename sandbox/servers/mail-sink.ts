import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { text as textOf } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { type MailScript, readScript } from './mail-script.ts'
import { readMail, type Mail } from './read-mail.ts'

export type { Mail, MailScript }

export type MailSink = {
  /** smtp://127.0.0.1:PORT */
  readonly url: string
  readonly port: number
  /** What was taken, the oldest first. */
  readonly messages: Mail[]
  /** The first message, taken or still to come, that fits. Throws after `deadlineMs`, naming what came. */
  waitForMail(fits: (mail: Mail) => boolean, deadlineMs?: number): Promise<Mail>
  behave(script: MailScript | null): void
  /** Nobody listens there any more, and whoever was connected is cut off, until it comes back at the same port. */
  goAway(): Promise<void>
  comeBack(): Promise<void>
  onMail(listener: (mail: Mail) => void): void
  stop(): Promise<void>
}

/** Starts a mail server on 127.0.0.1 that delivers nothing: it keeps what it is sent. No sign-in, no TLS. */
export async function startMailSink(options: { port?: number } = {}): Promise<MailSink> {
  const messages: Mail[] = []
  const listeners = new Set<(mail: Mail) => void>()
  let behaviour = readScript(null)
  const sockets = new Map<number, Socket>()

  const handlers: SMTPServerOptions = {
    onConnect({ remotePort }, callback) {
      if (behaviour('greeting').hangUp) hangUp(remotePort)
      else callback()
    },
    onMailFrom(_address, _session, callback) {
      callback(refusal(behaviour('sender')))
    },
    onRcptTo({ address }, _session, callback) {
      callback(refusal(behaviour('recipient', address)))
    },
    onData(stream, session, callback) {
      const { remotePort, envelope } = session
      const script = behaviour('message', envelope.rcptTo[0]?.address)
      const take = async () => {
        if (script.hangUp === 'text') {
          await once(stream, 'readable')
          return hangUp(remotePort)
        }
        const source = await textOf(stream)
        if (script.delayMs !== undefined) await delay(script.delayMs, undefined, { ref: false })
        await script.until
        const refused = refusal(script)
        if (refused !== null) return callback(refused)
        const { mailFrom, rcptTo } = envelope
        const from = mailFrom === false ? '' : mailFrom.address
        const mail = readMail(source, { from, to: rcptTo.map(({ address }) => address) })
        messages.push(mail)
        for (const listener of listeners) listener(mail)
        if (script.hangUp === 'answer') hangUp(remotePort)
        else callback()
      }
      take().catch(callback)
    },
  }
  const hangUp = (remotePort: number) => sockets.get(remotePort)?.destroy()
  const server = new SMTPServer({
    ...handlers,
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 500,
  })
  // A client that hangs up in the middle is its own affair.
  server.on('error', () => {})
  server.server.on('connection', (socket) => {
    const { remotePort = 0 } = socket
    sockets.set(remotePort, socket)
    socket.once('close', () => sockets.delete(remotePort))
  })
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
    behave(script) {
      behaviour = readScript(script)
    },
    async goAway() {
      const closed = once(server.server, 'close')
      server.server.close()
      for (const socket of sockets.values()) socket.destroy()
      await closed
    },
    async comeBack() {
      await once(server.server.listen(port, '127.0.0.1'), 'listening')
    },
    onMail: (listener) => void listeners.add(listener),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function refusal({ refuse }: MailScript): Error | null {
  return refuse === undefined ? null : Object.assign(new Error(refuse.message), { responseCode: refuse.code })
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
