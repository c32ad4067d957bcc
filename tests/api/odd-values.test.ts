import { expect, test } from 'vitest'
import { gatherCast } from './cast.ts'

const cast = await gatherCast()

test.each(['0000-01-01T00:00:00Z', '2026-01-01T00:00:00+23:59', '2026-01-01T00:00:00-16:00'])(
  'a time that Postgres has none of (%s) is the caller’s mistake',
  async (time) => {
    for (const bound of ['from', 'to']) {
      const answer = await cast.api.server.inject({
        url: `/api/v1/admin/audit?${bound}=${encodeURIComponent(time)}`,
        headers: cast.as['admin by token'],
      })
      expect(answer.statusCode).toBe(400)
    }
  },
)

test.each(['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.123456+08:00', '2026-01-01t00:00:00z'])(
  'the time %s is taken',
  async (time) => {
    const answer = await cast.api.server.inject({
      url: `/api/v1/admin/audit?from=${encodeURIComponent(time)}`,
      headers: cast.as['admin by token'],
    })
    expect(answer.statusCode).toBe(200)
  },
)

test('a key with half a character is taken, also where nobody hears of it and the answer is kept', async () => {
  const answer = await cast.api.server.inject({
    method: 'POST',
    url: '/api/v1/notices',
    headers: { ...cast.as['admin by token'], 'content-type': 'application/json', 'idempotency-key': 'half' },
    payload: JSON.stringify({ title: 'x', text: 'x', severity: 'info', key: 'a\ud83d', state: 'resolved' }),
  })
  expect([answer.statusCode, answer.json<{ key: string }>().key]).toEqual([200, 'a\ufffd'])
})
