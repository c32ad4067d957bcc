import { createServer } from 'node:http'
import { rows } from '../domain/store/database.ts'
import type { WorkerContext } from './context.ts'

/** Answers 200 on /healthz while the worker lives, and on /readyz while it reaches Postgres. */
export async function startHealthListener(
  port: number,
  context: WorkerContext,
): Promise<{ close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const answer = (status: number) =>
      response.writeHead(status, { 'content-type': 'text/plain' }).end(`${status}\n`)
    if (request.url === '/healthz') answer(200)
    else if (request.url === '/readyz')
      rows(context.db, 'select 1').then(
        () => answer(200),
        () => answer(503),
      )
    else answer(404)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, resolve)
  })
  return { close: () => new Promise((resolve) => server.close(() => resolve())) }
}
