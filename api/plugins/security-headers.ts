import type { Server } from './typed-server.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A page for people, with the headers of pages. */
    page?: true
  }
}

/**
 * What tells browsers to be careful with every answer: never framed, never guessed at, nothing loaded from it or sent along, and
 * nothing kept, by no cache on the way either: most answers are for whoever asked alone.
 * Always the same, so they are written once here; pages, which have more to fear, have helmet instead (api/pages/index.ts), and the
 * reader of the OpenAPI document has a policy of its own on top.
 * https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers
 */
export function addSecurityHeaders(server: Server, url: string): void {
  const headers = {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(url.startsWith('https://')
      ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }
      : {}),
  }
  server.addHook('onRequest', ({ routeOptions }, reply, done) => {
    if (routeOptions.config.page !== true) reply.headers(headers)
    done()
  })
}
