import { BindRequest, type Message, MessageParser, StatusCodeParser, UnbindRequest } from 'ldapts'
import type { DirectoryConfig } from './connect-options.ts'
import { connectSocket } from './connect-socket.ts'
import { asFailure } from './failure.ts'

/**
 * A connection of its own that hands over messages as they arrive, in pieces as large as the network gave them, and reads
 * no further while the last piece is in hand: memory stays small however large the answer. The library's own client
 * keeps a whole answer before it gives any of it.
 */
export type MessageStream = {
  /** Sends a request and yields what answers it, until the caller stops asking. @throws {DirectoryFailure} */
  ask: (request: (messageId: number) => Message) => AsyncGenerator<Message[]>
  close: () => void
}

/** Connects and binds. @throws {DirectoryFailure} */
export async function openMessageStream(config: DirectoryConfig): Promise<MessageStream> {
  const timeoutMs = config.timeoutMs ?? 10_000
  const socket = await connectSocket(config, timeoutMs)
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`nothing arrived for ${timeoutMs} ms`)))
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

  async function* ask(request: (messageId: number) => Message): AsyncGenerator<Message[]> {
    messageId += 1
    const parser = new MessageParser()
    let arrived: Message[] = []
    let broken: Error | null = null
    parser.on('message', (message: Message) => arrived.push(message))
    parser.on('error', (error: Error) => {
      broken = error
    })
    const message = request(messageId)
    const asked = new Map([[`${messageId}`, { message }]])
    try {
      socket.write(message.write())
      // Leaving this loop early must not destroy the socket: the next page is asked for on it.
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
        parser.read(chunk as Buffer, asked)
        if (broken) throw asFailure(broken, true)
        if (arrived.length === 0) continue
        const piece = arrived
        arrived = []
        yield piece
      }
    } catch (error) {
      throw asFailure(error, true)
    }
    throw asFailure(new Error('the connection was closed'), true)
  }

  async function expectSuccess(request: (messageId: number) => Message): Promise<void> {
    for await (const [answer] of ask(request)) {
      const result = answer as (Message & { status: number; errorMessage: string }) | undefined
      if (result?.status === 0) return
      throw StatusCodeParser.parse(result as Parameters<typeof StatusCodeParser.parse>[0])
    }
  }

  function close(): void {
    if (!socket.destroyed)
      socket.end(new UnbindRequest({ messageId: messageId + 1 }).write(), () => socket.destroy())
  }
}
