import type { FastifyReply } from 'fastify'

/** Calls `left` once nobody waits for the answer any more, also where whoever asked was gone before this. */
export function whenLeft({ raw }: FastifyReply, left: () => void): void {
  if (raw.destroyed) left()
  else raw.once('close', left)
}
