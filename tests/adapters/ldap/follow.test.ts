import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it, type TestContext } from 'vitest'
import { FeedRestart } from '../../../domain/contracts/feed.ts'
import { bigLdif } from '../../../sandbox/people.ts'
import { startTcpProxy } from '../../_support/tcp-proxy.ts'
import { startTestDirectory, type TestDirectory } from '../../_support/servers.ts'
import { all, listen, openFor, refreshOf } from './_feed.ts'

async function startWithFeed(t: TestContext) {
  const server = await startTestDirectory({}, t)
  const directory = openFor(server, t)
  const newList = (name: string) =>
    directory.createList({ name, description: '', members: [server.worker.dn] })
  return { server, directory, newList }
}

/** So that the server soon forgets who was deleted, and has to name who is still there. */
async function forgetDeletions(server: TestDirectory): Promise<void> {
  const conf = join(dirname(server.logFile), 'slapd.conf')
  const text = await readFile(conf, 'utf8')
  await writeFile(conf, text.replace(/^syncprov-sessionlog .*$/m, 'syncprov-sessionlog 2'))
  await server.restart()
}

it('gives everything at first, and whoever is not in it is gone', async (t) => {
  const { directory } = await startWithFeed(t)
  const known = await all(directory.readLists())
  const refresh = await refreshOf(directory, null)
  expect(refresh.changed.toSorted()).toEqual(known.map((list) => list.entryUuid).toSorted())
  expect(refresh).toMatchObject({ deletesByAbsence: true, present: [], deleted: [] })
  expect(refresh.cookie).toContain('csn=')
})

it('tells of a new list, a change by another tool, a new name and a deletion as they happen, each with its cookie', async (t) => {
  const { server, directory, newList } = await startWithFeed(t)
  const feed = listen(directory, t)
  await expect.poll(feed.isRefreshed).toBe(true)
  const before = feed.said('changed').length
  const heard = () => feed.said('changed').slice(before)

  const list = await newList('brand-new')
  await expect.poll(heard).toEqual([list.entryUuid])
  await server.ldapmodify(
    `dn: ${list.dn}\nchangetype: modify\nadd: uniqueMember\nuniqueMember: ${server.personDn('alice')}\n`,
  )
  await expect.poll(() => heard().length).toBe(2)
  const renamed = await directory.renameList(list.entryUuid, 'renamed', null)
  await expect.poll(() => heard().length).toBe(3)
  expect(feed.events.findLast((event) => event.kind === 'changed')).toEqual({
    kind: 'changed',
    entryUuid: list.entryUuid,
    version: renamed.version,
  })
  await directory.deleteList(list.entryUuid, null)
  await expect.poll(() => feed.said('deleted')).toEqual([list.entryUuid])
  await expect.poll(() => feed.events.at(-1)?.kind).toBe('cookie')
  // From the last cookie on there is nothing to tell.
  expect(await refreshOf(directory, feed.cookie())).toMatchObject({
    changed: [],
    deleted: [],
    deletesByAbsence: false,
  })
})

it('follows people, and says that one is gone whom the filter leaves out from now on', async (t) => {
  const server = await startTestDirectory({}, t)
  const directory = openFor(server, t, { peopleFilter: '(&(objectClass=inetOrgPerson)(!(title=former)))' })
  const feed = listen(directory, t, { base: 'people' })
  await expect.poll(feed.isRefreshed).toBe(true)
  const alice = (await all(directory.readPeople())).find((person) => person.uid === 'alice')
  await server.ldapmodify(`dn: ${server.personDn('alice')}\nchangetype: modify\nadd: title\ntitle: former\n`)
  await expect.poll(() => feed.said('deleted')).toEqual([alice?.entryUuid])
})

it('tells what was changed and deleted while nobody listened', async (t) => {
  const { directory, newList } = await startWithFeed(t)
  const [gone, kept] = [await newList('gone-soon'), await newList('stays')]
  const { cookie } = await refreshOf(directory, null)
  await directory.deleteList(gone.entryUuid, null)
  await directory.describeList(kept.entryUuid, 'still here', null)
  expect(await refreshOf(directory, cookie)).toMatchObject({
    changed: [kept.entryUuid],
    deleted: [gone.entryUuid],
    deletesByAbsence: false,
  })
})

it('names everybody who is still there when the server forgot who was deleted', async (t) => {
  const { server, directory, newList } = await startWithFeed(t)
  const gone = [await newList('one'), await newList('two'), await newList('three'), await newList('four')]
  const { cookie } = await refreshOf(directory, null)
  await forgetDeletions(server)
  for (const list of gone) await directory.deleteList(list.entryUuid, null)
  const added = await newList('five')
  const refresh = await refreshOf(directory, cookie)
  expect(refresh).toMatchObject({ changed: [added.entryUuid], deleted: [], deletesByAbsence: true })
  const there = await all(directory.readLists())
  expect([...new Set([...refresh.changed, ...refresh.present])].toSorted()).toEqual(
    there.map((list) => list.entryUuid).toSorted(),
  )
})

it.each([
  ['nobody can read', 'garbage'],
  ['is of another server', 'localhost:389#cn=directory manager:ou=lists:(objectClass=*)#77'],
  ['is of a time to come', 'rid=000,csn=20860101000000.000000Z#000000#000#000000'],
  ['is no text', 'base64:AAECAwQ='],
])('wants to begin anew with a cookie that %s', async (_, cookie) => {
  const server = await startTestDirectory()
  await expect(refreshOf(openFor(server, undefined), cookie)).rejects.toThrow(FeedRestart)
})

it('keeps cookies back until the refresh is over, and says nothing of absence when it is interrupted', async (t) => {
  const server = await startTestDirectory(
    { seedLdif: bigLdif({ listClass: 'groupOfUniqueNames', people: 3000, lists: 1, membersPerList: 1 }) },
    t,
  )
  const proxy = await startTcpProxy(server.port, t)
  const directory = openFor(server, t, { url: `ldap://127.0.0.1:${proxy.port}` })
  // Long before all three thousand were told of.
  proxy.cutAfter(200_000)
  const kinds = new Set<string>()
  const interrupted = (async () => {
    for await (const piece of directory.follow('people', {
      cookie: null,
      signal: new AbortController().signal,
    })) {
      for (const event of piece) kinds.add(event.kind)
    }
  })()
  await expect(interrupted).rejects.toMatchObject({ kind: 'unknown-outcome' })
  expect([...kinds]).toEqual(['changed'])
})

it('ends without complaint when it is told to, in the middle of silence', async (t) => {
  const { directory } = await startWithFeed(t)
  const feed = listen(directory, t)
  await expect.poll(feed.isRefreshed).toBe(true)
  await feed.stop()
})

it('notices a server that was killed, and one that is frozen, and not one that has nothing to tell', async (t) => {
  const server = await startTestDirectory({}, t)
  const directory = openFor(server, t, { timeoutMs: 400 })
  const silent = listen(directory, t)
  await expect.poll(silent.isRefreshed).toBe(true)
  // Several times longer than its patience: it asks the server whether it is still there each time that this has been silent.
  const questions = async () =>
    (await readFile(server.logFile, 'utf8')).match(/SRCH base="" scope=0/g)?.length ?? 0
  const asked = await questions()
  await expect.poll(questions).toBeGreaterThanOrEqual(asked + 6)
  const list = await directory.createList({ name: 'late', description: '', members: [server.worker.dn] })
  await expect.poll(() => silent.said('changed')).toContain(list.entryUuid)

  server.pause()
  await expect(silent.ended).rejects.toThrow(/nothing arrived/)
  server.resume()
  const second = listen(directory, t)
  await expect.poll(second.isRefreshed).toBe(true)
  await server.kill9()
  await expect(second.ended).rejects.toMatchObject({ kind: 'unknown-outcome' })
})

it('streams ten thousand people in little memory, however slowly they are taken', async (t) => {
  const server = await startTestDirectory(
    { seedLdif: bigLdif({ listClass: 'groupOfUniqueNames', people: 10_000, lists: 1, membersPerList: 1 }) },
    t,
  )
  const directory = openFor(server, t, { timeoutMs: 400 })
  let longest = 0
  let count = 0
  let hasPaused = false
  const end = new AbortController()
  for await (const piece of directory.follow('people', { cookie: null, signal: end.signal })) {
    longest = Math.max(longest, piece.length)
    count += piece.filter((event) => event.kind === 'changed').length
    // For longer than a silent server is waited for.
    if (!hasPaused) await new Promise((resolve) => setTimeout(resolve, 1000))
    hasPaused = true
    if (piece.some((event) => event.kind === 'refreshed')) end.abort()
  }
  expect(count).toBe(10_000)
  expect(longest).toBeLessThan(2000)
})
