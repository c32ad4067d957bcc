import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Problem } from '../../domain/contracts/problem.ts'
import { Refusal, type RefusalCode } from '../../domain/contracts/refusal.ts'
import { isStoreAway } from '../../domain/store/store-away.ts'
import { collectRoutes } from './collect-routes.ts'
import type { Server } from './typed-server.ts'

/** What people see in a browser where a program reads problem details. */
export type LostPage = {
  isWanted: (request: FastifyRequest) => boolean
  send: (request: FastifyRequest, reply: FastifyReply, status: number) => FastifyReply
}

/** One handler for everything that throws, and one for what does not exist; both answer problem details (RFC 9457). */
export function addErrors(server: Server, lostPage: LostPage): void {
  const routes = collectRoutes(server)
  const answerNowhere = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const allowed = routes.allowedAt(request.url)
    const isNowhere = allowed.length === 0 || allowed.includes(request.method)
    if (!isNowhere) reply.header('allow', allowed.join(', '))
    const refusal = isNowhere
      ? new Refusal(nowhere.code, nowhere.message)
      : new Refusal('METHOD_NOT_ALLOWED', `This address answers ${allowed.join(', ')} only.`)
    return lostPage.isWanted(request)
      ? lostPage.send(request, reply, refusal.status)
      : sendProblem(reply, refusal)
  }
  server.setNotFoundHandler(answerNowhere)
  server.setErrorHandler<FastifyError>((error, request, reply) =>
    error.code === queryWithoutType ? answerNowhere(request, reply) : answerError(error, request, reply),
  )
}

/** What Fastify says to a QUERY that names no content type, whether anything takes one or not: nothing here does. */
const queryWithoutType = 'FST_ERR_ROUTE_MISSING_CONTENT_TYPE'

/** Answers what a route threw. Causes, statements and stacks go to the log and nowhere else. */
function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = asRefusal(error)
  if (refusal.status >= 500) request.log.error({ err: error }, refusal.message)
  return sendProblem(reply, refusal)
}

/**
 * Answers what was refused before there was a route, and so before any hook. Only the error's code is logged: its message
 * holds the address, and with it perhaps the token of a link.
 */
export function answerFrameworkError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const refusal = asRefusal(error)
  request.log.info({ code: error.code, status: refusal.status }, 'an address was refused')
  reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff')
  void sendProblem(reply, refusal)
}

function sendProblem(reply: FastifyReply, refusal: Refusal): FastifyReply {
  if (refusal.retryAfterS !== undefined) reply.header('retry-after', Math.ceil(refusal.retryAfterS))
  return reply
    .code(refusal.status)
    .type('application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(asProblem(refusal))
}

/** What is not a refusal already becomes one: a client's mistake by its status, everything else INTERNAL. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  const { statusCode = 500, code: ours } = error as Partial<FastifyError>
  if (ours?.startsWith('FST_CSRF_') === true)
    return new Refusal('PERMISSION_DENIED', 'Send the value of the cookie guildpost_csrf in X-CSRF-Token.', {
      reason: 'CSRF_TOKEN_INVALID',
      cause: error,
    })
  if (statusCode >= 400 && statusCode < 500) {
    const { code, message } = clientMistakes[statusCode] ?? unreadable
    return new Refusal(code, message, { cause: error })
  }
  if (isStoreAway(error))
    return new Refusal('UNAVAILABLE', 'The service can’t reach its database. Please try again in a minute.', {
      retryAfterS: 10,
      cause: error,
    })
  return new Refusal(
    'INTERNAL',
    'Something went wrong on our side. Please try again, and tell us if it stays.',
    {
      cause: error,
    },
  )
}

type Mistake = { code: RefusalCode; message: string }

const unreadable: Mistake = {
  code: 'VALIDATION_ERROR',
  message: 'The request can’t be read: its address, a header or its JSON is malformed.',
}
const nowhere: Mistake = { code: 'NOT_FOUND', message: 'There is nothing at this address.' }

const clientMistakes: Readonly<Record<number, Mistake>> = {
  404: nowhere,
  412: { code: 'PRECONDITION_FAILED', message: 'What you asked for is not as your headers say.' },
  413: { code: 'PAYLOAD_TOO_LARGE', message: 'The body is too large: at most 64 KiB.' },
  // A part of the address that is longer than any name.
  414: nowhere,
  415: { code: 'UNSUPPORTED_MEDIA_TYPE', message: 'The body must be application/json.' },
}

const titles: Readonly<Record<RefusalCode, string>> = {
  VALIDATION_ERROR: 'The request is not valid',
  NOT_AUTHENTICATED: 'Not authenticated',
  PERMISSION_DENIED: 'Not allowed',
  NOT_LINKED: 'Not linked',
  NOT_FOUND: 'Not found',
  METHOD_NOT_ALLOWED: 'Method not allowed',
  CONFLICT: 'Conflict',
  PRECONDITION_FAILED: 'Changed meanwhile',
  PAYLOAD_TOO_LARGE: 'Too large',
  UNSUPPORTED_MEDIA_TYPE: 'Unsupported media type',
  TOO_MANY_REQUESTS: 'Too many requests',
  INTERNAL: 'Internal error',
  UNAVAILABLE: 'Unavailable',
}

function asProblem({ code, status, message, reason, details }: Refusal): Problem {
  const more = { ...details, ...(reason === undefined ? {} : { reason }) }
  return {
    type: 'about:blank',
    title: titles[code],
    status,
    detail: message,
    code,
    ...(Object.keys(more).length === 0 ? {} : { details: more }),
  }
}
