import cookie from '@fastify/cookie'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { Context } from './context.ts'
import { pages } from './pages/index.ts'
import { seeksPage, sendLostPage } from './pages/lost-page.ts'
import { answerClientError } from './plugins/answer-client-error.ts'
import { addChallenge } from './plugins/challenge.ts'
import { addCors } from './plugins/cors.ts'
import { addCsrf } from './plugins/csrf.ts'
import { addErrors, answerFrameworkError } from './plugins/errors.ts'
import { acceptOnlyJson } from './plugins/json-bodies.ts'
import { boundLargeBodies, type LargeBodies, ordinaryLargeBodies } from './plugins/large-bodies.ts'
import { type AddressLimit, limitAddresses, ordinaryAddressLimit } from './plugins/limit-addresses.ts'
import { addMetrics } from './plugins/metrics.ts'
import { addOpenApi } from './plugins/openapi.ts'
import { addRequestLog, requestIdOf } from './plugins/request-id.ts'
import { addSecurityHeaders } from './plugins/security-headers.ts'
import { addSerialization } from './plugins/serialization.ts'
import { serveOnlyOurOwn } from './plugins/serve-only-our-own.ts'
import { addShutdown, ordinaryCutOffMs } from './plugins/shutdown.ts'
import type { Server } from './plugins/typed-server.ts'
import { addValidation } from './plugins/validation.ts'
import { operations } from './routes/index.ts'

const bodyLimit = 64 * 1024
/** Any list name fits, percent-encoded. */
const maxParamLength = 4096

export type ServerOptions = {
  /** How long a client may take to send its request, head and body; waiting for a change comes on top. */
  requestTimeoutMs?: number
  addressLimit?: AddressLimit
  largeBodies?: LargeBodies
  /** How long whoever is sending, or waits for an answer, when it stops may go on. */
  cutOffMs?: number
}

/** The whole HTTP side, ready to listen. What it leans on belongs to the context and is closed by whoever made that. */
export async function buildServer(context: Context, options: ServerOptions = {}): Promise<Server> {
  const { settings } = context
  const { requestTimeoutMs = 30_000, addressLimit = ordinaryAddressLimit } = options
  const { largeBodies = ordinaryLargeBodies, cutOffMs = ordinaryCutOffMs } = options
  const log: FastifyBaseLogger = context.log
  const server: Server = fastify({
    loggerInstance: log,
    // Its own lines would hold addresses, and with them the tokens of links.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
    bodyLimit,
    requestTimeout: requestTimeoutMs,
    http: {
      headersTimeout: requestTimeoutMs,
      // How often it is looked who takes too long; Node's own half a minute would double the time.
      connectionsCheckingInterval: Math.ceil(requestTimeoutMs / 10),
    },
    clientErrorHandler: answerClientError,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength },
    frameworkErrors: answerFrameworkError,
  }).withTypeProvider<TypeBoxTypeProvider>()

  addShutdown(server, context.changeWaiters, cutOffMs)
  addErrors(server, { isWanted: seeksPage, send: sendLostPage })
  addChallenge(server)
  serveOnlyOurOwn(server, context)
  addRequestLog(server)
  const registry = addMetrics(server, context)
  addValidation(server)
  addSerialization(server)
  acceptOnlyJson(server)
  addSecurityHeaders(server, settings.url)
  await addCors(server, settings.corsOrigins)
  const guard = limitAddresses(server, settings, addressLimit)
  boundLargeBodies(server, largeBodies)
  await addOpenApi(server, settings.url)
  await server.register(cookie)
  await addCsrf(server)
  await server.register((scope: Server) => operations(scope, context, registry))
  await server.register((scope: Server) => pages(scope, context, guard))
  return server
}
