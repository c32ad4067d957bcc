import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../../domain/contracts/refusal.ts'
import { addressKey, hungUp } from './limit-addresses.ts'
import type { Server } from './typed-server.ts'
import { whenLeft } from './when-left.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Waits until the body of a request may be read, whose sender has proven nothing yet; its place is given back with the answer, or
     * when the sender has gone. @throws {Refusal} UNAVAILABLE when none comes free.
     */
    placeForLargeBody: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  }
}

export type LargeBodies = {
  atOnce: number
  /** Whoever is slow at one address leaves the others' places to others. */
  ofOneAddress: number
  waitMs: number
}

/** Eight of 5 MiB have taken up to 180 MB: each becomes a text, too, and is collected late. GitHub itself hangs up after ten seconds. */
export const ordinaryLargeBodies: LargeBodies = { atOnce: 8, ofOneAddress: 4, waitMs: 8000 }

/** Up to so many bytes are taken of anybody, wherever they are sent: these wait for nobody. */
const smallBytes = 64 * 1024

/** Whether a body has to wait for its place. One that says no length could have any; one that is refused by its length is never read. */
export function isLarge({ headers }: FastifyRequest, mostBytes: number): boolean {
  const length = headers['content-length']
  if (length === undefined) return headers['transfer-encoding'] !== undefined
  return Number(length) > smallBytes && Number(length) <= mostBytes
}

/**
 * Bounds what bodies occupy together which are read before it is known whose they are. Each waits for its place with all but its
 * first bytes unread, the first the first. How long one keeps its place is bounded by the time that every request has.
 */
export function boundLargeBodies(server: Server, { atOnce, ofOneAddress, waitMs }: LargeBodies): void {
  /** Whose bodies are read. */
  const places: string[] = []
  const waiting = new Set<{ address: string; enter: () => void }>()
  const isFree = (address: string) =>
    places.length < atOnce && places.filter((one) => one === address).length < ofOneAddress
  const take = (address: string, reply: FastifyReply) => {
    places.push(address)
    whenLeft(reply, () => {
      places.splice(places.indexOf(address), 1)
      const next = [...waiting].find((one) => isFree(one.address))
      next?.enter()
    })
  }
  const wait = async (address: string, reply: FastifyReply) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const one = {
      address,
      enter: () => {
        waiting.delete(one)
        take(address, reply)
        resolve()
      },
    }
    waiting.add(one)
    const timer = setTimeout(() => reject(noPlace()), waitMs)
    whenLeft(reply, () => reject(hungUp()))
    await promise.finally(() => {
      clearTimeout(timer)
      waiting.delete(one)
    })
  }
  server.decorate('placeForLargeBody', async ({ ip }, reply) => {
    const address = addressKey(ip)
    if (isFree(address)) take(address, reply)
    else await wait(address, reply)
  })
}

const noPlace = (): Refusal =>
  new Refusal(
    'UNAVAILABLE',
    'Too many large bodies arrive at once. Please send this one again in a moment.',
    {
      reason: 'LARGE_BODIES_LIMITED',
      retryAfterS: 10,
    },
  )
