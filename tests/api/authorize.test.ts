import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { addGuard } from '../../api/plugins/authorize.ts'
import type { Server } from '../../api/plugins/typed-server.ts'
import { startTestApi } from './api-server.ts'

test('a route starts only when each of its methods has a row, and all the same one', async (t) => {
  const { context } = await startTestApi(t)
  const server = Fastify() as unknown as Server
  addGuard(server, context)
  const add = (method: string[], url: string) => () => server.route({ method, url, handler: async () => '' })
  expect(add(['GET'], '/nowhere')).toThrow('GET /nowhere has no row of its own')
  expect(add(['GET', 'POST'], '/healthz')).toThrow('GET,POST /healthz')
  expect(add(['GET', 'DELETE'], '/api/v1/links/mine')).toThrow('GET,DELETE /api/v1/links/mine')
  expect(add(['PUT', 'DELETE'], '/api/v1/user/subscriptions/:name')).toThrow('PUT,DELETE')
  expect(add(['GET', 'POST'], '/api/v1/auth/tokens')).not.toThrow()
  expect(add(['GET', 'HEAD'], '/healthz')).not.toThrow()
})
