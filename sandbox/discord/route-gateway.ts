import type { Route } from './api-route.ts'

/** Where the gateway is: on the same port as the API. */
export function gatewayRoute(identifiesLeft: () => number): Route {
  return {
    method: 'GET',
    path: '/gateway/bot',
    auth: true,
    limit: { count: 10, windowMs: 10_000 },
    handle: (_request, state) => ({
      status: 200,
      body: {
        url: gatewayUrl(state.baseUrl),
        shards: 1,
        session_start_limit: {
          total: 1000,
          remaining: identifiesLeft(),
          reset_after: 86_400_000,
          max_concurrency: 1,
        },
      },
    }),
  }
}

/** `ws://127.0.0.1:PORT` for `http://127.0.0.1:PORT/api`. */
export function gatewayUrl(baseUrl: string): string {
  return baseUrl.replace(/^http(.*)\/api$/, 'ws$1')
}
