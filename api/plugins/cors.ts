import cors from '@fastify/cors'
import type { Server } from './typed-server.ts'

/**
 * Lets browsers call the API from the origins that are listed, with credentials. Every other origin gets no header of this
 * kind, and so do the pages, which are for nobody's scripts. https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export async function addCors(server: Server, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return
  const listed = new Set(origins)
  await server.register(cors, {
    delegator: ({ url, headers }, done) => {
      const { origin } = headers
      const allowed = origin !== undefined && listed.has(origin) && url.startsWith('/api/v1/')
      done(null, allowed ? { origin, ...granted } : { origin: false })
    },
  })
}

const granted = {
  credentials: true,
  methods: ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE'],
  allowedHeaders: [
    'Authorization',
    'Content-Type',
    'Idempotency-Key',
    'If-Match',
    'If-None-Match',
    'X-CSRF-Token',
    'X-Discord-User',
    'X-Request-Id',
  ],
  exposedHeaders: [
    'ETag',
    'Idempotent-Replayed',
    'Location',
    'RateLimit-Limit',
    'RateLimit-Remaining',
    'RateLimit-Reset',
    'Retry-After',
    'X-Request-Id',
  ],
  maxAge: 600,
  strictPreflight: false,
}
