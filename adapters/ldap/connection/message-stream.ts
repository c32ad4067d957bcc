import {
  BindRequest,
  type Control,
  ExtendedResponse,
  type Message,
  PresenceFilter,
  SearchRequest,
  StatusCodeParser,
  UnbindRequest,
} from 'ldapts'
import type { Socket } from 'node:net'
import type { DirectoryConfig } from './connect-options.ts'
import { connectSocket } from './connect-socket.ts'
import { asFailure } from '../failure.ts'
import { createFrames } from './message-frames.ts'
import { type Answer, readMessage } from './read-message.ts'

/**
 * A connection of its own that hands over messages as they arrive, in pieces as large as the network gave them, and reads
 * no further while the last piece is in hand: memory stays small however large the answer. The library's own client
 * keeps a whole answer before it gives any of it.
 */
export type MessageStream = {
  /** Sends a request and yields what answers it, until the caller stops asking. @throws {DirectoryFailure} */
  ask: (request: (messageId: number) => Message, more?: Asking) => AsyncGenerator<Answer[]>
  close: () => void
}

export type Asking = {
  /** The answer may be silent for hours: then the server is asked whether it is still there. */
  patient?: boolean
  /** Which controls a message of the answer may carry; new ones for each. */
  controls?: () => Control[]
}

/** Connects and binds. When `signal` says so, the connection is closed whatever it was about. @throws {DirectoryFailure} */
export async function openMessageStream(
  config: DirectoryConfig,
  signal?: AbortSignal,
): Promise<MessageStream> {
  const timeoutMs = config.timeoutMs ?? 10_000
  const socket = await connectSocket(config, timeoutMs, signal)
  const abort = () => socket.destroy()
  signal?.addEventListener('abort', abort, { once: true })
  socket.once('close', () => signal?.removeEventListener('abort', abort))
  // Between the connection and the listener.
  if (signal?.aborted) abort()
  let messageId = 0
  try {
    await expectSuccess(
      (id) =>
        new BindRequest({ messageId: id, dn: config.bindDn ?? '', password: config.bindPassword ?? '' }),
    )
  } catch (error) {
    socket.destroy()
    throw asFailure(error, false)
  }
  return { ask, close }

  async function* ask(
    request: (messageId: number) => Message,
    { patient = false, controls }: Asking = {},
  ): AsyncGenerator<Answer[]> {
    const askedAs = (messageId += 1)
    const framesOf = createFrames()
    const silence = watchSilence(
      socket,
      timeoutMs,
      patient ? () => socket.write(areYouThere((messageId += 1))) : null,
    )
    try {
      socket.write(request(askedAs).write())
      silence.begins()
      // Leaving this loop early must not destroy the socket: the next page is asked for on it.
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
        silence.ends()
        const piece: Answer[] = []
        for (const frame of framesOf(chunk as Buffer)) {
          const message = readMessage(frame, controls?.())
          if (message?.messageId === 0) throw farewell(message)
          if (message?.messageId === askedAs) piece.push(message)
        }
        if (piece.length > 0) yield piece
        silence.begins()
      }
    } catch (error) {
      throw asFailure(error, true)
    } finally {
      silence.over()
    }
    throw asFailure(new Error('the connection was closed'), true)
  }

  async function expectSuccess(request: (messageId: number) => Message): Promise<void> {
    for await (const [answer] of ask(request)) {
      const result = answer as (Answer & { status: number; errorMessage: string }) | undefined
      if (result?.status === 0) return
      throw StatusCodeParser.parse(result as Parameters<typeof StatusCodeParser.parse>[0])
    }
  }

  function close(): void {
    if (!socket.destroyed)
      socket.end(new UnbindRequest({ messageId: messageId + 1 }).write(), () => socket.destroy())
  }
}

/** What a server says with number 0: nobody asked, and it is about to close the connection (RFC 4511, section 4.4.1). */
function farewell(message: Answer): Error {
  const isNotice = message instanceof ExtendedResponse && message.status !== 0
  return isNotice ? StatusCodeParser.parse(message) : new Error('the server is about to close the connection')
}

/** A small question about the root DSE, which everybody may ask: whatever the answer, there is one. */
function areYouThere(messageId: number): Buffer {
  const filter = new PresenceFilter({ attribute: 'objectClass' })
  return new SearchRequest({ messageId, baseDN: '', scope: 'base', filter, attributes: ['1.1'] }).write()
}

/**
 * Gives the connection up when nothing arrives for `timeoutMs`; with `askWhetherThere`, asks after that time, and waits as long
 * again. Counts only while we are ready to read, so that one who takes their time with a piece is not taken for a
 * silent server.
 */
function watchSilence(socket: Socket, timeoutMs: number, askWhetherThere: (() => void) | null) {
  const patienceMs = askWhetherThere ? 2 * timeoutMs : timeoutMs
  let since: number | null = null
  let isAsked = false
  const timer = setInterval(() => {
    if (since === null) return
    const silentMs = performance.now() - since
    if (silentMs >= patienceMs) socket.destroy(new Error(`nothing arrived for ${patienceMs} ms`))
    else if (askWhetherThere && silentMs >= timeoutMs && !isAsked) {
      isAsked = true
      askWhetherThere()
    }
  }, timeoutMs / 20)
  return {
    begins: () => {
      since = performance.now()
      isAsked = false
    },
    ends: () => {
      since = null
    },
    over: () => clearInterval(timer),
  }
}
