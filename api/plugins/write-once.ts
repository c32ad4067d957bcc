import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../../domain/contracts/refusal.ts'
import type { Transaction } from '../../domain/store/database.ts'
import { type Answer, answerOnce, type OnceKey } from '../../domain/store/idempotency.ts'
import type { Context } from '../context.ts'
import { callerOf } from './authenticate.ts'

type Write = (tx: Transaction) => Promise<Answer | Refusal>

/** Answers a write, once for each Idempotency-Key. What `write` gives is answered as it is. */
export async function answerWrite(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  write: Write,
): Promise<FastifyReply> {
  return sendAnswer(reply, await writeOnce(context, request, write))
}

/** The first half of `answerWrite`, for who has something to do before the answer is sent. */
export function writeOnce({ db }: Context, request: FastifyRequest, write: Write): Promise<GivenAnswer> {
  return answerOnce(db, onceKeyOf(request), write)
}

type GivenAnswer = Answer & { replayed: boolean }

export function sendAnswer(reply: FastifyReply, answer: GivenAnswer): FastifyReply {
  if (answer.location !== null) reply.header('location', answer.location)
  if (answer.replayed) reply.header('idempotent-replayed', 'true')
  reply.code(answer.status)
  return answer.status === 204 ? reply.send() : reply.send(answer.body)
}

function onceKeyOf(request: FastifyRequest): OnceKey | null {
  const key = request.headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key !== 'string' || !/^[\u0021-\u007e]{1,255}$/.test(key))
    throw new Refusal('VALIDATION_ERROR', 'Idempotency-Key must be 1 to 255 visible ASCII characters.', {
      reason: 'IDEMPOTENCY_KEY_INVALID',
    })
  const { member, discordUserId } = callerOf(request)
  // A call that makes a link has no member before and one after it: there the account says who asks.
  const withoutLink = request.routeOptions.config.permission?.who === 'account'
  const who = member === null || withoutLink ? `discord:${discordUserId}` : member.id
  const bodyHash = createHash('sha256')
    .update(JSON.stringify(request.body ?? null))
    .digest()
  return { scope: `${who} ${request.method} ${pathOf(request)}`, key, bodyHash }
}

/**
 * The path however it was written: with or without a slash at its end, escaped or not. Names may have spaces: they are escaped, so that no two
 * paths are written alike.
 */
function pathOf(request: FastifyRequest): string {
  const params = Object.values(request.params as Record<string, string>).map(encodeURIComponent)
  return [request.routeOptions.url ?? '', ...params].join(' ')
}
