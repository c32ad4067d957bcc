import { beforeEach, expect, test } from 'vitest'
import { newId } from '../../domain/store/new-id.ts'
import { serviceToken, startTestApi } from './api-server.ts'

const api = await startTestApi()
const [one, other] = [newId(), newId()]
const minute = 60_000

const ask = async (token: string, forMs: number) => {
  const answer = await api.server.inject({
    method: 'PUT',
    url: '/api/v1/bot/lease',
    headers: { authorization: `Bearer ${serviceToken}` },
    payload: { token, forMs },
  })
  return answer.statusCode === 409
    ? answer.json<{ details: { reason: string } }>().details.reason
    : answer.statusCode
}

/** As if the lease had been asked for long ago. */
const runOut = () => api.sql(`update turn set until = now() - interval '1 second' where name = 'bot'`)

beforeEach(async () => void (await api.sql('delete from turn')))

test('of many bots that ask at once one gets the lease, and keeps it for as long as it asks in time', async () => {
  const bots = Array.from({ length: 8 }, () => newId())
  const answers = await Promise.all(bots.map((bot) => ask(bot, minute)))
  const [holder = '', ...others] = bots.filter((_, at) => answers[at] === 204)
  expect(others).toEqual([])
  expect(answers.filter((answer) => answer === 'LEASE_TAKEN')).toHaveLength(7)
  expect(await ask(holder, minute)).toBe(204)
  expect(await ask(other, minute)).toBe('LEASE_TAKEN')
})

test('a lease that ran out is anybody’s, and the bot that had it hears that it lost it', async () => {
  await ask(one, minute)
  await runOut()
  expect(await ask(other, minute)).toBe(204)
  expect(await ask(one, minute)).toBe('LEASE_TAKEN')
})

test('a lease that ran out, and that nobody took meanwhile, goes on', async () => {
  await ask(one, minute)
  await runOut()
  expect(await ask(one, minute)).toBe(204)
  expect(await ask(other, minute)).toBe('LEASE_TAKEN')
})

test('given back it is anybody’s at once; nobody gives back another one’s', async () => {
  await ask(one, minute)
  expect(await ask(other, 0)).toBe('LEASE_TAKEN')
  expect(await ask(other, minute)).toBe('LEASE_TAKEN')
  expect(await ask(one, 0)).toBe(204)
  expect(await ask(other, minute)).toBe(204)
})

test('a lease lasts as long as was asked for, by the clock of the database, and no longer', async () => {
  await ask(one, 120_000)
  await ask(one, minute)
  const [lease] = await api.sql<{ for_s: number }>(
    `select extract(epoch from until - now())::float8 as for_s from turn where name = 'bot'`,
  )
  expect(lease?.for_s).toBeLessThanOrEqual(60)
  expect(lease?.for_s).toBeGreaterThan(30)
})

test('a lease has an end, and a bot a token', async () => {
  expect(await ask(one, 120_001)).toBe(400)
  expect(await ask('the first one', minute)).toBe(400)
  expect(await ask(one, 120_000)).toBe(204)
})
