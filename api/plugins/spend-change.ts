import type { FastifyReply } from 'fastify'
import { Refusal } from '../../domain/contracts/refusal.ts'
import type { Allowance, Context } from '../context.ts'

/**
 * Runs a request that may cost one of a member's changes: `spend` takes it, and it is given back when the request
 * fails afterwards. What is left is told in RateLimit headers (draft-ietf-httpapi-ratelimit-headers-06).
 */
export async function spendingChange<Result>(
  context: Context,
  { memberId, reply }: { memberId: string; reply: FastifyReply },
  run: (spend: () => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const { changes } = context.limits
  const tell = ({ limit, remaining, resetAfterS }: Allowance) => {
    reply.header('ratelimit-limit', limit)
    reply.header('ratelimit-remaining', remaining)
    reply.header('ratelimit-reset', resetAfterS)
  }
  let spent = false
  try {
    return await run(async () => {
      tell(await changes.consume(memberId))
      spent = true
    })
  } catch (cause) {
    if (cause instanceof Refusal && cause.code === 'TOO_MANY_REQUESTS') tell(await changes.peek(memberId))
    if (spent)
      await changes
        .refund(memberId, 1)
        .catch((err: unknown) =>
          context.log.warn({ err }, 'a change that was not made could not be given back'),
        )
    throw cause
  }
}
