import { createServer, type IncomingMessage } from 'node:http'
import { collectDefaultMetrics } from 'prom-client'
import { healthPortError } from '../domain/rules/health-port-error.ts'
import { hashOf, isHashOf } from '../domain/rules/secret-hash.ts'
import { within } from '../domain/rules/within.ts'
import { rows } from '../domain/store/database.ts'
import type { WorkerContext } from './context.ts'

/** Whoever asks gives up soon after. */
const readyWithinMs = 3000

type Answer = { status: number; type?: string; body?: string }

/**
 * Answers 200 on /healthz while the worker lives, and on /readyz while it reaches Postgres; /metrics shows its measurements, to
 * whoever has METRICS_TOKEN where there is one.
 */
export async function startHealthListener(
  port: number,
  context: WorkerContext,
): Promise<{ close: () => Promise<void> }> {
  collectDefaultMetrics({ register: context.metrics.registry })
  const server = createServer((request, response) => {
    void answerTo(request, context)
      .catch((error: unknown): Answer => {
        context.log.warn({ err: error, url: request.url }, 'the health listener could not answer')
        return { status: 500 }
      })
      .then(({ status, type = 'text/plain', body = `${status}\n` }) =>
        response.writeHead(status, { 'content-type': type }).end(body),
      )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(healthPortError(port, error)))
    server.listen(port, resolve)
  })
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answerTo(
  { url, headers }: IncomingMessage,
  { db, metrics: { registry }, metricsToken }: WorkerContext,
): Promise<Answer> {
  if (url === '/healthz') return { status: 200 }
  if (url === '/readyz') {
    return within(readyWithinMs, () => rows(db, 'select 1')).then(
      () => ({ status: 200 }),
      () => ({ status: 503 }),
    )
  }
  if (url !== '/metrics') return { status: 404 }
  if (metricsToken !== null && !isHashOf(hashOf(`Bearer ${metricsToken}`), headers.authorization ?? ''))
    return { status: 401 }
  return { status: 200, type: registry.contentType, body: await registry.metrics() }
}
