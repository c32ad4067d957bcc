import helmet from '@fastify/helmet'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { Context } from './context.ts'
import { pages } from './pages/index.ts'
import { addCors } from './plugins/cors.ts'
import { addErrors, answerFrameworkError } from './plugins/errors.ts'
import { addMetrics } from './plugins/metrics.ts'
import { addOpenApi } from './plugins/openapi.ts'
import { addRequestLog, requestIdOf } from './plugins/request-id.ts'
import { addShutdown } from './plugins/shutdown.ts'
import type { Server } from './plugins/typed-server.ts'
import { addValidation } from './plugins/validation.ts'
import { callerRoutes, publicRoutes } from './routes/index.ts'

const bodyLimit = 64 * 1024
/** How long a client may take to send its request; waiting for a change comes on top. */
const requestTimeoutMs = 30_000
/** Any list name fits, percent-encoded. */
const maxParamLength = 4096

/** The whole HTTP side, ready to listen. What it leans on belongs to the context and is closed by whoever made that. */
export async function buildServer(context: Context): Promise<Server> {
  const { settings } = context
  const log: FastifyBaseLogger = context.log
  const server: Server = fastify({
    loggerInstance: log,
    // Its own lines would hold addresses, and with them the tokens of links.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
    bodyLimit,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength },
    frameworkErrors: answerFrameworkError,
  }).withTypeProvider<TypeBoxTypeProvider>()

  addShutdown(server, context.changeWaiters)
  addErrors(server)
  addRequestLog(server)
  const registry = addMetrics(server)
  addValidation(server)
  acceptEmptyJson(server)
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: settings.url.startsWith('https://'),
  })
  await addCors(server, settings.corsOrigins)
  await addOpenApi(server, settings.url)
  publicRoutes(server, context, registry)
  await server.register((scope: Server) => callerRoutes(scope, context), { prefix: '/api/v1' })
  await server.register((scope: Server) => pages(scope, context))
  return server
}

/** Some clients name a content type with every request. An empty body is then no body, not malformed JSON. */
function acceptEmptyJson(server: Server): void {
  const parse = server.getDefaultJsonParser('error', 'error')
  server.removeContentTypeParser('application/json')
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null)
    else void parse(request, body.toString(), done)
  })
}
