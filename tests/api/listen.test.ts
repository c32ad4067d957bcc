import { beforeEach, expect, test } from 'vitest'
import { type Listener, listen } from '../../domain/store/listen.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { createTestDatabase, runSql } from '../_support/servers.ts'

let url: string
let heard: string[]
let reconnects: number
let listener: Listener

beforeEach(async (t) => {
  url = (await createTestDatabase(t, { empty: true })).url
  heard = []
  reconnects = 0
  listener = start(url)
  cleanUpAfter(t, () => listener.close())
  await listener.ready
})

const start = (at: string, onFailure = () => {}): Listener =>
  listen(at, ['one', 'Two'], (channel, payload) => heard.push(`${channel} ${payload}`), {
    onReconnect: () => (reconnects += 1),
    log: { info: () => {}, warn: onFailure },
  })

const listeners = async (): Promise<number> =>
  (
    await runSql(
      url,
      `select 1 from pg_stat_activity where application_name = 'guildpost-listen' and datname = current_database()`,
    )
  ).length

test('hears its channels, and only those', async () => {
  await runSql(url, `select pg_notify('one', 'a'), pg_notify('three', 'b'), pg_notify('Two', '')`)
  await expect.poll(() => heard).toEqual(['one a', 'Two '])
  expect(reconnects).toBe(0)
})

test('takes one notification for several messages', async () => {
  await runSql(url, `select pg_notify('one', 'a,b,c')`)
  await expect.poll(() => heard).toEqual(['one a', 'one b', 'one c'])
})

test('comes back by itself when its connection is cut, and says so', async () => {
  for (const time of [1, 2]) {
    await runSql(
      url,
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'guildpost-listen' and datname = current_database()`,
    )
    await expect.poll(() => reconnects).toBe(time)
  }
  await runSql(url, `select pg_notify('one', 'again')`)
  await expect.poll(() => heard).toEqual(['one again'])
})

test('waits for a database that is not there yet', async (t) => {
  const missing = new URL(url)
  missing.pathname += '_later'
  const name = missing.pathname.slice(1)
  cleanUpAfter(t, () => runSql(url, `drop database if exists ${name} with (force)`))
  const hasFailed = Promise.withResolvers<void>()
  const early = start(missing.href, hasFailed.resolve)
  cleanUpAfter(t, () => early.close())
  await hasFailed.promise
  await runSql(url, `create database ${name}`)
  await early.ready
  expect(reconnects).toBe(1)
  await runSql(missing.href, `select pg_notify('one', 'late')`)
  await expect.poll(() => heard).toEqual(['one late'])
})

test('closes its connection, also while it is trying to connect', async () => {
  expect(await listeners()).toBe(1)
  await listener.close()
  await expect.poll(listeners).toBe(0)
  const nowhere = start('postgres://nobody:nothing@127.0.0.1:1/none')
  await nowhere.close()
  await nowhere.ready
})
