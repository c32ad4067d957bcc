import { InsufficientAccessError, type SearchOptions } from 'ldapts'
import { beforeEach, expect, it } from 'vitest'
import { type Connection, createConnection } from '../../../adapters/ldap/connection/connection.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { startTestDirectory, type TestDirectory } from '../../_support/servers.ts'
import { startTcpProxy, type TcpProxy } from '../../_support/tcp-proxy.ts'

let server: TestDirectory
let proxy: TcpProxy
let connection: Connection

beforeEach(async (t) => {
  server = await startTestDirectory({}, t)
  proxy = await startTcpProxy(server.port, t)
  connection = createConnection({
    ...asWorker(server),
    url: `ldap://127.0.0.1:${proxy.port}`,
    timeoutMs: 1000,
  })
  cleanUpAfter(t, () => connection.close())
})

const look: SearchOptions = { scope: 'base', attributes: ['cn'] }
/** Anonymous eyes see no list in this directory. */
const findNews = async () => {
  const { searchEntries } = await connection.run((client) => client.search(server.listDn('news'), look))
  return searchEntries.map(({ cn }) => cn)
}
const findMany = (count: number) => Promise.all(Array.from({ length: count }, findNews))
const failMany = (count: number) => Promise.allSettled(Array.from({ length: count }, findNews))
const foundBy = (count: number) => Array.from({ length: count }, () => ['news'])

/** How often somebody bound, on each connection that there was. */
const binds = () => proxy.sent.map((sent) => sent.toString('latin1').split(server.worker.dn).length - 1)

it('has sixteen operations on the way at most, also after some that failed', async () => {
  let running = 0
  let most = 0
  const ask = (dn: string) =>
    connection.run(async (client) => {
      running += 1
      most = Math.max(most, running)
      return client.search(dn, look).finally(() => (running -= 1))
    })
  const missing = Array.from({ length: 40 }, () => ask(server.listDn('nothing')))
  for (const one of await Promise.allSettled(missing))
    expect(one).toMatchObject({ status: 'rejected', reason: { code: 32 } })
  const found = await Promise.all(Array.from({ length: 100 }, () => ask(server.listDn('news'))))
  expect(found.flatMap(({ searchEntries }) => searchEntries)).toHaveLength(100)
  expect(most).toBe(16)
  // What a server explains is no reason to connect anew.
  expect(binds()).toEqual([1])
})

it('connects and binds once for all who ask at once, at first and after a break', async () => {
  expect(await findMany(40)).toEqual(foundBy(40))
  expect(binds()).toEqual([1])

  await connection.run(async (client) => {
    proxy.cut()
    await expect.poll(() => client.isConnected).toBe(false)
  })
  expect(await findMany(40)).toEqual(foundBy(40))
  expect(binds()).toEqual([1, 1])
})

it('of many that were under way when the connection broke each says so, and the next one is bound again', async () => {
  await findNews()
  proxy.holdAnswersTo('news')
  const asked = failMany(16)
  await expect.poll(() => proxy.sent[0]?.toString('latin1').split('cn=news').length).toBe(18)
  proxy.cut()
  for (const one of await asked)
    expect(one).toMatchObject({ status: 'rejected', reason: { kind: 'unknown-outcome', code: null } })
  proxy.release()
  expect(await findMany(40)).toEqual(foundBy(40))
  expect(binds()).toEqual([1, 1])
})

it('gives up by its own deadline what gets no answer, and never uses that connection again', async () => {
  await findNews()
  proxy.holdAnswersTo('news')
  await expect(findNews()).rejects.toMatchObject({ kind: 'unknown-outcome', code: null })
  proxy.release()
  expect(await findNews()).toEqual(['news'])
  expect(binds()).toEqual([1, 1])
  await expect.poll(() => proxy.open).toBe(1)
})

it('throws a connection away on which something failed that the server did not explain', async () => {
  const noLdap = new Error('what arrives is no LDAP')
  const failed = { kind: 'unknown-outcome', code: null }
  const { promise, reject } = Promise.withResolvers<never>()
  const late = connection.run(() => promise)
  await expect(connection.run(() => Promise.reject(noLdap))).rejects.toMatchObject(failed)
  expect(await findNews()).toEqual(['news'])
  // Whoever fails on that one later does not end the next one.
  reject(noLdap)
  await expect(late).rejects.toMatchObject(failed)
  expect(await findNews()).toEqual(['news'])
  expect(binds()).toEqual([1, 1])
  await expect.poll(() => proxy.open).toBe(1)
})

it('what is under way ends where somebody else was refused, and that connection is closed then', async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const late = connection.run(() => promise)
  await expect(connection.run(() => Promise.reject(new InsufficientAccessError()))).rejects.toMatchObject({
    kind: 'pause',
    code: 50,
  })
  expect(await findNews()).toEqual(['news'])
  expect(binds()).toEqual([1, 1])
  expect(proxy.open).toBe(2)
  resolve('done')
  expect(await late).toBe('done')
  await expect.poll(() => proxy.open).toBe(1)
})

it('gives up a bind that gets no answer, for all who wait for it, and binds on another connection', async () => {
  proxy.holdAnswersTo(server.worker.dn)
  for (const one of await failMany(40))
    expect(one).toMatchObject({ status: 'rejected', reason: { kind: 'transient', code: null } })
  proxy.release()
  expect(await findNews()).toEqual(['news'])
  await expect.poll(() => proxy.open).toBe(1)
})
