import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { type Said, spelledOut } from './spelled-out.ts'

/** What passes at one step of a conversation, and at no other. */
export type Passing = {
  /** Held is what a client says, or the answer to it. */
  where: 'request' | 'answer'
  said: Said
  /** Said before on the same connection, since somebody looks out for it. */
  after?: Said
  /** Another answer than this goes on its way. */
  answered?: Said
}

/** The way between a process and a server, which can fall silent at a certain message, be slow, or break. */
export type Wire = {
  port: number
  /** Falls silent, both ways, with what passes then: it has not gone on. Resolves when that has happened. */
  holdAt: (passing: Passing) => Promise<void>
  /** Tells of each answer to this, until it is released. */
  overhear: (said: Said, tell: (answer: string) => void) => void
  freeze: () => void
  slow: (delayMs: number) => void
  /** What was held goes on its way, nothing is held, slow or overheard any more. */
  release: () => void
  /** Ends every connection; what was held is lost. */
  cut: () => void
}

type Trigger = Passing & { reached: () => void }
type Ear = { said: Said; tell: (answer: string) => void }

export async function startWire(targetPort: number): Promise<Wire> {
  const sockets = new Set<Socket>()
  const ears = new Set<Ear>()
  let held: PromiseWithResolvers<void> | null = null
  let trigger: Trigger | null = null
  let delayMs = 0

  const hold = ({ reached }: Trigger) => {
    trigger = null
    held ??= Promise.withResolvers()
    reached()
  }
  /** Held anew while it waited: it waits on. */
  const free = async (): Promise<void> => {
    if (held === null) return
    await held.promise
    return free()
  }
  /** Hands on what comes from one side, in its order, unless the wire holds it. */
  const handOn = (to: Socket) => {
    let queue = Promise.resolve()
    return (data: Buffer) => {
      queue = queue.then(async () => {
        if (delayMs > 0) await delay(delayMs)
        await free()
        if (!to.destroyed) to.write(data)
      })
    }
  }
  /** Looks out on one connection. */
  const lookOut = () => {
    const spell = spelledOut()
    let armed: Trigger | null = null
    let asked: Trigger | null = null
    let listening: Ear[] = []
    return {
      hear: (data: Buffer) => {
        const said = spell(data)
        listening = [...ears].filter((ear) => ear.said(said))
        asked = null
        if (trigger === null) return
        const isNext = trigger.after === undefined || armed === trigger
        if (isNext && trigger.said(said)) {
          if (trigger.where === 'request') hold(trigger)
          else asked = trigger
        } else if (trigger.after?.(said)) armed = trigger
      },
      hearAnswer: (data: Buffer) => {
        const answer = data.toString('latin1')
        for (const ear of listening) ear.tell(answer)
        if (asked !== null && asked === trigger && (asked.answered?.(answer) ?? true)) hold(asked)
      },
    }
  }
  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
    const toServer = handOn(upstream)
    const toClient = handOn(client)
    const { hear, hearAnswer } = lookOut()
    client.on('data', (data: Buffer) => {
      hear(data)
      toServer(data)
    })
    upstream.on('data', (data: Buffer) => {
      hearAnswer(data)
      toClient(data)
    })
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const release = () => {
    held?.resolve()
    held = null
    trigger = null
    ears.clear()
    delayMs = 0
  }
  const cut = () => {
    for (const socket of sockets) socket.destroy()
    release()
  }
  cleanUpAfter(undefined, () => {
    cut()
    server.close()
  })
  return {
    port: (server.address() as { port: number }).port,
    holdAt: (passing) =>
      new Promise((reached) => {
        trigger = { ...passing, reached }
      }),
    overhear: (said, tell) => void ears.add({ said, tell }),
    freeze: () => {
      held ??= Promise.withResolvers()
    },
    slow: (ms) => {
      delayMs = ms
    },
    release,
    cut,
  }
}
