import { Refusal } from '../../domain/contracts/refusal.ts'
import { isLarge } from './large-bodies.ts'
import type { Server } from './typed-server.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body byte by byte, as it was signed; null where there is none. Only where `acceptRawBodies` says so. */
    rawBody: Buffer | null
  }
}

const mebibyte = 1024 * 1024
/** Payloads of webhooks are large, and mostly of no interest. */
const mostMebibytes = 5
const mostBytes = mostMebibytes * mebibyte

/**
 * Has the routes of this scope take bodies as they are, up to 5 MiB of them: what proves where one comes from is looked at before it
 * is parsed, so a large one waits for its place before it is read. What is in it is for the route to judge: nothing of a request's
 * validation goes through it. What is refused for its length or its type has proven nothing, and is counted.
 */
export function acceptRawBodies(scope: Server, contentTypes: string[]): void {
  scope.removeAllContentTypeParsers()
  scope.decorateRequest('rawBody', null)
  scope.addContentTypeParser(
    contentTypes,
    { parseAs: 'buffer', bodyLimit: mostBytes },
    (request, body: Buffer, done) => {
      request.rawBody = body
      done(null)
    },
  )
  scope.addHook('preParsing', async (request, reply) => {
    if (isLarge(request, mostBytes)) await scope.placeForLargeBody(request, reply)
  })
  scope.setErrorHandler(async (error: Error & { statusCode?: number }, request) => {
    const refusal = refusalOf(error.statusCode, contentTypes)
    if (refusal !== null) await scope.countUnproven(request)
    throw refusal ?? error
  })
}

function refusalOf(status: number | undefined, contentTypes: readonly string[]): Refusal | null {
  if (status === 413)
    return new Refusal('PAYLOAD_TOO_LARGE', `The body is too large: at most ${mostMebibytes} MiB.`)
  if (status === 415)
    return new Refusal('UNSUPPORTED_MEDIA_TYPE', `The body must be ${contentTypes.join(' or ')}.`)
  return null
}
