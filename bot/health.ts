import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { type Client, Events, Status } from 'discord.js'
import { healthPortError } from '../domain/rules/health-port-error.ts'

/** Discord asks for a heartbeat every 41 s; two may be late before the connection counts as dead. */
const heartbeatMaxAgeMs = 100_000

/** Tells whether the gateway is alive: connected, and its last heartbeat was answered not long ago. */
export function watchHeartbeat(client: Client, maxAgeMs = heartbeatMaxAgeMs): () => boolean {
  let connectedAt = 0
  const noteConnected = () => {
    connectedAt = Date.now()
  }
  client.on(Events.ShardReady, noteConnected)
  client.on(Events.ShardResume, noteConnected)
  return () => {
    const shard = client.ws.shards.first()
    const lastSign = Math.max(connectedAt, shard?.lastPingTimestamp ?? 0)
    return shard?.status === Status.Ready && Date.now() - lastSign <= maxAgeMs
  }
}

export type BotHealth = 'ok' | 'standing by' | 'gateway down'

/** Answers `GET /healthz`, on this machine only: 503 while the gateway is down, else 200. */
export async function listenForHealth(port: number, health: () => BotHealth): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== '/healthz') return void response.writeHead(404).end()
    const status = health()
    response.writeHead(status === 'gateway down' ? 503 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ status }))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening').catch((error: unknown) => {
    throw healthPortError(port, error)
  })
  return server
}
