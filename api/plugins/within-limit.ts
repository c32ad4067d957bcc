import type { FastifyReply } from 'fastify'
import type { Allowance, Limiter } from '../context.ts'

/**
 * Runs a request that may cost one of what a limit allows: `spend` takes it, and it is given back when the request fails
 * afterwards. What is left is told with every answer, before it is sent.
 */
export async function withinLimit<Result>(
  limiter: Limiter,
  { key, reply }: { key: string; reply: FastifyReply },
  run: (spend: () => Promise<void>) => Promise<Result>,
): Promise<Result> {
  let spent = false
  const spend = async () => {
    tellAllowance(reply, await limiter.consume(key))
    spent = true
  }
  const tellRest = () =>
    limiter.peek(key).then(
      (allowance) => tellAllowance(reply, allowance),
      (err: unknown) => reply.log.warn({ err }, 'what is left of a limit could not be told'),
    )
  try {
    const result = await run(spend)
    if (!spent) await tellRest()
    return result
  } catch (cause) {
    if (spent)
      await limiter
        .refund(key)
        .catch((err: unknown) => reply.log.warn({ err }, 'what was not used could not be given back'))
    await tellRest()
    throw cause
  }
}

/** RateLimit headers (draft-ietf-httpapi-ratelimit-headers-06). */
function tellAllowance(reply: FastifyReply, { limit, remaining, resetAfterS }: Allowance): void {
  reply.header('ratelimit-limit', limit)
  reply.header('ratelimit-remaining', remaining)
  reply.header('ratelimit-reset', resetAfterS)
}
