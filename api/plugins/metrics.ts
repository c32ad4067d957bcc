import { collectDefaultMetrics, Histogram, type Registry } from 'prom-client'
import { poolUse, watchPool } from '../../domain/store/pool-use.ts'
import type { Context } from '../context.ts'
import { addLoad } from './load-metrics.ts'
import type { Server } from './typed-server.ts'

/** Measures every answer by the pattern of its route; gives the registry that /metrics shows. */
export function addMetrics(server: Server, { db, metrics }: Context): Registry {
  const { registry } = metrics
  collectDefaultMetrics({ register: registry })
  addDurations(server, registry)
  watchPool(db, metrics.poolWaited)
  metrics.watchPoolBy(() => poolUse(db))
  addLoad(registry, db)
  return registry
}

function addDurations(server: Server, registry: Registry): void {
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
}
