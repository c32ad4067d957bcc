import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { Server } from './typed-server.ts'

/** Measures every answer by the pattern of its route; gives the registry that /metrics shows. */
export function addMetrics(server: Server): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long requests took, by route pattern and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25],
    registers: [registry],
  })
  const known = new Map<string, Histogram.Internal<'method' | 'route' | 'status'>>()
  const durationsOf = (method: string, route: string, status: number) => {
    const key = `${method} ${status} ${route}`
    const found = known.get(key) ?? durations.labels({ method, route, status })
    known.set(key, found)
    return found
  }
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    durationsOf(request.method, route, reply.statusCode).observe(reply.elapsedTime / 1000)
    done()
  })
  return registry
}
