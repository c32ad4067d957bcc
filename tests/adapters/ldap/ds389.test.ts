import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { openDirectory } from '../../../adapters/ldap/directory.ts'
import { FeedRestart } from '../../../domain/contracts/feed.ts'
import { lists, people, seedLdif } from '../../../sandbox/people.ts'
import { type Ds389, missingDs389, startDs389 } from '../../../sandbox/servers/ds389.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { all, listen, refreshOf } from './_feed.ts'

const missing = missingDs389()
if (missing !== null) console.warn(`Not tested against 389 Directory Server: ${missing}.`)

describe.skipIf(missing !== null)('389 Directory Server', { timeout: 30_000 }, () => {
  let server: Ds389

  beforeAll(async () => {
    // Not among the logs of the run, where its own user could not get.
    const dir = await mkdtemp(join(tmpdir(), 'guildpost-ds389-'))
    await chmod(dir, 0o755)
    cleanUpAfter(undefined, () => rm(dir, { recursive: true, force: true }))
    const seed = seedLdif({ listClass: 'groupOfUniqueNames', passwordOf: (uid) => `${uid} sings` })
    server = await startDs389({ dir, seedLdif: seed })
    cleanUpAfter(undefined, () => server.stop())
  }, 90_000)

  function open(t: TestContext, bind = server.admin) {
    const directory = openDirectory({
      url: server.url,
      startTls: false,
      bindDn: bind.dn,
      bindPassword: bind.password,
      peopleBase: server.peopleBase,
      peopleFilter: '(objectClass=inetOrgPerson)',
      listsBase: server.listsBase,
      listClass: 'groupOfUniqueNames',
    })
    cleanUpAfter(t, () => directory.close())
    return directory
  }

  it('shows what it can do: a live feed and answers with the new version, but no assertions', async (t) => {
    expect(await open(t).capabilities()).toMatchObject({
      syncrepl: true,
      postRead: true,
      paged: true,
      assertion: false,
      contextCsn: false,
    })
    expect(await open(t).readContextCsn()).toBeNull()
  })

  it('reads people, lists and members, and finds each by its id', async (t) => {
    const directory = open(t)
    const found = await all(directory.readPeople())
    expect(found.map((person) => person.uid).toSorted()).toEqual(people.map(({ uid }) => uid).toSorted())
    const read = (await all(directory.readListsWithMembers())).find(({ list }) => list.name === 'chess')
    expect(read && (await directory.findList(read.list.entryUuid))).toEqual(read)
    expect(read?.members.has(found.find(({ uid }) => uid === 'alice')?.dnKey ?? '')).toBe(true)
    const [one] = found
    expect(one && (await directory.findPeople([one.entryUuid]))).toEqual([one])
    expect((await all(directory.listIds('lists'))).length).toBeGreaterThanOrEqual(lists.length)
    expect(await directory.authenticate('alice', 'alice sings')).toMatchObject({ uid: 'alice' })
    expect(await directory.authenticate('alice', 'wrong')).toBeNull()
  })

  it('changes members', async (t) => {
    const directory = open(t)
    const made = await directory.createList({
      name: 'members',
      description: '',
      members: ['cn=one,dc=example'],
    })
    const modify = { add: ['cn=two,dc=example'], remove: ['cn=one,dc=example'], version: made.version }
    expect(await directory.modifyMembers(made.dn, modify)).toMatch(/^\d{14}Z$/)
    const members = async () => [...((await directory.findList(made.entryUuid))?.members.values() ?? [])]
    expect(await members()).toEqual(['cn=two,dc=example'])
    const replaceWith = ['cn=three,dc=example', 'cn=four,dc=example']
    await directory.modifyMembers(made.dn, { add: [], remove: [], version: made.version, replaceWith })
    expect((await members()).toSorted()).toEqual(replaceWith.toSorted())
    await directory.deleteList(made.entryUuid, made.version)
  })

  it('puts failures into the classes that OpenLDAP’s are in', async (t) => {
    const directory = open(t)
    const member = 'cn=one,dc=example'
    const made = await directory.createList({ name: 'failing', description: '', members: [member] })
    const modify = (add: string[], remove: string[], dn = made.dn) =>
      directory.modifyMembers(dn, { add, remove, version: made.version })
    await expect(modify([member], [])).rejects.toMatchObject({ kind: 'recompute', code: 20 })
    await expect(modify([], ['cn=nobody'])).rejects.toMatchObject({ kind: 'recompute', code: 16 })
    await expect(modify(['this is no DN'], [])).rejects.toMatchObject({ kind: 'permanent', code: 21 })
    await expect(modify([member], [], `cn=gone,${server.listsBase}`)).rejects.toMatchObject({
      kind: 'recompute',
      code: 32,
    })
    const alice = open(t, { dn: `uid=alice,${server.peopleBase}`, password: 'alice sings' })
    await expect(
      alice.modifyMembers(made.dn, { add: ['cn=two'], remove: [], version: made.version }),
    ).rejects.toMatchObject({ kind: 'pause', code: 50 })
    await expect(open(t, { ...server.admin, password: 'wrong' }).probe()).rejects.toMatchObject({
      kind: 'pause',
      code: 49,
    })
    await directory.deleteList(made.entryUuid, null)
  })

  it('tells what happens as it happens, by the ids that the entries are read with', async (t) => {
    const directory = open(t)
    const feed = listen(directory, t)
    await expect.poll(feed.isRefreshed).toBe(true)
    const known = await all(directory.readLists())
    expect(feed.said('changed').toSorted()).toEqual(known.map((list) => list.entryUuid).toSorted())
    const made = await directory.createList({ name: 'brand-new', description: '', members: [] })
    await expect.poll(() => feed.said('changed')).toContain(made.entryUuid)
    const before = feed.said('changed').length
    await directory.renameList(made.entryUuid, 'renamed', null)
    await expect.poll(() => feed.said('changed').length).toBeGreaterThan(before)
    await directory.deleteList(made.entryUuid, null)
    await expect.poll(() => feed.said('deleted')).toContain(made.entryUuid)
  })

  it('tells what was changed and deleted while nobody listened', async (t) => {
    const directory = open(t)
    const gone = await directory.createList({ name: 'gone-soon', description: '', members: [] })
    const { cookie } = await refreshOf(directory, null)
    const made = await directory.createList({ name: 'made-meanwhile', description: '', members: [] })
    await directory.deleteList(gone.entryUuid, null)
    const refresh = await refreshOf(directory, cookie)
    expect(refresh.changed).toContain(made.entryUuid)
    expect(refresh.deleted).toContain(gone.entryUuid)
    expect(refresh.deletesByAbsence).toBe(false)
    await directory.deleteList(made.entryUuid, null)
  })

  it('wants to begin anew with a cookie that is none', async (t) => {
    await expect(refreshOf(open(t), 'garbage')).rejects.toThrow(FeedRestart)
  })
})
