import { expect, test } from 'vitest'
import { serviceToken, startTestApi } from '../api-server.ts'

test('the bot is told where members find their page, as others reach the API', async () => {
  const { server } = await startTestApi(undefined, { settings: { url: 'https://lists.example.org' } })
  const answer = await server.inject({
    method: 'GET',
    url: '/api/v1/bot',
    headers: { authorization: `Bearer ${serviceToken}`, host: 'api:8080' },
  })
  expect([answer.statusCode, answer.json()]).toEqual([
    200,
    { accountUrl: 'https://lists.example.org/account' },
  ])
})
