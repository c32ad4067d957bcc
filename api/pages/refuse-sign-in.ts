import type { FastifyReply } from 'fastify'
import type { OpenedSession } from '../open-browser-session.ts'
import type { Wording } from './layout.ts'

/** Shows the form again, with what was wrong and, where waiting helps, for how long. */
export function refuseSignIn(
  reply: FastifyReply,
  { texts: { refused } }: Wording,
  {
    refusal,
    again,
  }: {
    refusal: Exclude<OpenedSession, { kind: 'signed-in' }>
    again: (status: number, notice: string) => FastifyReply
  },
): FastifyReply {
  if ('retryAfterS' in refusal) reply.header('retry-after', Math.ceil(refusal.retryAfterS))
  switch (refusal.kind) {
    case 'blank':
      return again(400, refused.empty)
    case 'wrong-password':
      return again(401, refused.password)
    case 'too-many':
      return again(429, refused.tooMany(Math.ceil(refusal.retryAfterS / 60)))
    case 'unknown-member':
      return again(503, refused.unknown)
    case 'away':
      return again(503, refused.away)
  }
}
