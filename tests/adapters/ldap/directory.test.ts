import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, type TestContext } from 'vitest'
import { openDirectory } from '../../../adapters/ldap/directory.ts'
import { IncompleteRead } from '../../../adapters/ldap/failure.ts'
import { streamSearch } from '../../../adapters/ldap/search/stream-search.ts'
import { bigLdif, people } from '../../../sandbox/people.ts'
import { makeSelfSigned } from '../../../sandbox/servers/self-signed.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { startTestDirectory, type TestDirectory } from '../../_support/servers.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'

type Config = Parameters<typeof openDirectory>[0]

function configOf(server: TestDirectory): Config {
  return asWorker(server)
}

function open(server: TestDirectory, t: TestContext, more: Partial<Config> = {}) {
  const directory = openDirectory({ ...configOf(server), ...more })
  cleanUpAfter(t, () => directory.close())
  return directory
}

async function all<Item>(pieces: AsyncIterable<Item[]>): Promise<Item[]> {
  const items: Item[] = []
  for await (const piece of pieces) items.push(...piece)
  return items
}

it('reads more people than one page holds, each once', async (t) => {
  const server = await startTestDirectory(
    {
      seedLdif: bigLdif({ listClass: 'groupOfNames', people: 4500, lists: 3, membersPerList: 10 }),
      listClass: 'groupOfNames',
    },
    t,
  )
  const found = await all(open(server, t).readPeople())
  expect(new Set(found.map((person) => person.uid)).size).toBe(4500)
  expect(found).toHaveLength(4500)
})

it('calls an answer that the server cut short incomplete', async (t) => {
  const server = await startTestDirectory({}, t)
  const search = { base: server.peopleBase, filter: '(objectClass=*)', attributes: ['uid'] }
  expect(await all(streamSearch(configOf(server), search))).toHaveLength(people.length + 1)
  await expect(all(streamSearch(configOf(server), { ...search, sizeLimit: 5 }))).rejects.toThrow(
    IncompleteRead,
  )
})

it('lets a person prove who they are, and nobody else', async (t) => {
  const server = await startTestDirectory({}, t)
  const directory = open(server, t, { bindDn: server.reader.dn, bindPassword: server.reader.password })
  expect(await directory.authenticate('alice', server.passwordOf('alice'))).toMatchObject({ uid: 'alice' })
  for (const [username, password] of [
    ['alice', 'wrong'],
    ['alice', ''],
    ['', server.passwordOf('alice')],
    ['nobody-of-that-name', server.passwordOf('alice')],
    ['ali*', server.passwordOf('alice')],
    ['alice)(uid=*', server.passwordOf('alice')],
    ['a\u0000lice', server.passwordOf('alice')],
    ['*', server.passwordOf('alice')],
  ] as const)
    expect(await directory.authenticate(username, password)).toBeNull()
})

it('survives a restart of the server: operations after it are bound again, and none hangs', async (t) => {
  const server = await startTestDirectory({}, t)
  const directory = open(server, t)
  const [list] = await all(directory.readLists())
  await server.restart()
  const found = await Promise.allSettled(
    Array.from({ length: 40 }, () => directory.findList(list?.entryUuid ?? '')),
  )
  expect(found.filter((one) => one.status === 'rejected').length).toBeLessThan(40)
  const after = await Promise.all(Array.from({ length: 40 }, () => directory.findList(list?.entryUuid ?? '')))
  // Anonymous eyes see no list at all in this directory.
  expect(after.every((read) => read?.list.name === list?.name)).toBe(true)
})

it('what could not be asked because the server was away is asked anew', async (t) => {
  const server = await startTestDirectory({}, t)
  const directory = open(server, t)
  await server.stop()
  await expect(directory.capabilities()).rejects.toMatchObject({ kind: 'transient', code: null })
  await server.restart()
  expect(await directory.capabilities()).toMatchObject({ assertion: true, syncrepl: true })
  expect(await all(directory.readLists())).not.toHaveLength(0)
})

it('gives up on a frozen server within its deadline and works again after it', async (t) => {
  const server = await startTestDirectory({}, t)
  const directory = open(server, t, { timeoutMs: 500 })
  const [list] = await all(directory.readLists())
  server.pause()
  await expect(directory.findList(list?.entryUuid ?? '')).rejects.toMatchObject({ kind: 'unknown-outcome' })
  expect(await directory.healthy()).toBe(false)
  server.resume()
  await expect.poll(() => directory.healthy()).toBe(true)
  expect(await directory.findList(list?.entryUuid ?? '')).toMatchObject({ list: { name: list?.name } })
})

it('changes an entry only while it is the one that was read', async (t) => {
  const server = await startTestDirectory({}, t)
  const directory = open(server, t)
  const [list] = await all(directory.readLists())
  if (!list) throw new Error('there is no list')
  const version = await directory.modifyMembers(list.dn, {
    add: ['cn=one,dc=example'],
    remove: [],
    version: list.version,
  })
  expect(version > list.version).toBe(true)
  await expect(
    directory.modifyMembers(list.dn, { add: ['cn=two,dc=example'], remove: [], version: list.version }),
  ).rejects.toMatchObject({ kind: 'recompute', code: 122 })
})

it.each(['ldaps', 'StartTLS'])(
  'trusts only the certificate authority that it was given, over %s',
  async (how) => {
    const dir = await mkdtemp(join(tmpdir(), 'guildpost-tls-'))
    cleanUpAfter(undefined, () => rm(dir, { recursive: true }))
    const tls = await makeSelfSigned(dir)
    const server = await startTestDirectory({ tls })
    const config = {
      ...configOf(server),
      ...(how === 'ldaps' ? { url: server.ldapsUrl ?? '' } : { startTls: true }),
    }
    const trusted = openDirectory({ ...config, caFile: tls.caFile })
    const stranger = openDirectory(config)
    expect(await trusted.healthy()).toBe(true)
    expect(await all(trusted.readLists())).not.toHaveLength(0)
    expect(await stranger.healthy()).toBe(false)
    await expect(all(stranger.readLists())).rejects.toThrow(/certificate/)
    await Promise.all([trusted.close(), stranger.close()])
  },
)
