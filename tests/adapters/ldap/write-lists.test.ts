import { expect, it } from 'vitest'
import type { ListClass } from '../../../domain/contracts/directory.ts'
import { startTestDirectory } from '../../_support/servers.ts'
import { startTcpProxy } from '../../_support/tcp-proxy.ts'
import { waitUntil } from '../../_support/world.ts'
import { all, openFor } from './_feed.ts'

const everyClass: ListClass[] = ['groupOfUniqueNames', 'groupOfNames', 'posixGroup', 'nisMailAlias']

it.each(everyClass)('creates, describes, renames and deletes a list of class %s', async (listClass) => {
  const server = await startTestDirectory({ listClass })
  const directory = openFor(server, undefined)
  const members = directory.needsPlaceholder ? [server.worker.dn] : []
  const made = await directory.createList({ name: 'fresh-List', description: 'For all', members })
  expect(made).toMatchObject({
    name: 'fresh-List',
    description: directory.holdsDescription ? 'For all' : '',
    dn: server.listDn('fresh-List'),
  })
  expect(await directory.findList(made.entryUuid)).toMatchObject({ list: made })
  expect(directory.holdsDescription).toBe(listClass !== 'nisMailAlias')

  const described = await directory.describeList(made.entryUuid, 'Für alle', made.version)
  expect(described.description).toBe(directory.holdsDescription ? 'Für alle' : '')
  const renamed = await directory.renameList(made.entryUuid, 'newer', described.version)
  expect(renamed).toMatchObject({ entryUuid: made.entryUuid, name: 'newer', dn: server.listDn('newer') })
  expect(renamed.version > made.version).toBe(true)
  expect(await server.ldapsearch(server.listsBase, '(cn=fresh-List)', 'cn')).toBe('')
  expect((await directory.describeList(made.entryUuid, '', renamed.version)).description).toBe('')

  for (const stale of [
    () => directory.renameList(made.entryUuid, 'older', made.version),
    ...(directory.holdsDescription
      ? [() => directory.describeList(made.entryUuid, 'For a few', made.version)]
      : []),
    () => directory.deleteList(made.entryUuid, made.version),
  ])
    await expect(stale()).rejects.toMatchObject({ kind: 'recompute', code: 122 })
  expect((await directory.findList(made.entryUuid))?.list).toMatchObject({ name: 'newer', description: '' })
  const last = await directory.findList(made.entryUuid)
  await directory.deleteList(made.entryUuid, last?.list.version ?? '')
  expect(await directory.findList(made.entryUuid)).toBeNull()
  for (const late of [
    () => directory.deleteList(made.entryUuid, null),
    () => directory.renameList(made.entryUuid, 'again', null),
    () => directory.describeList(made.entryUuid, 'again', null),
  ])
    await expect(late()).rejects.toMatchObject({ kind: 'recompute', code: 32 })
})

it('says so when the name is taken, by a new list and by a renamed one', async (t) => {
  const server = await startTestDirectory({}, t)
  const directory = openFor(server, t)
  const list = { name: 'twice', description: '', members: [server.worker.dn] }
  const { entryUuid } = await directory.createList(list)
  await expect(directory.createList(list)).rejects.toMatchObject({ kind: 'recompute', code: 68 })
  await expect(directory.renameList(entryUuid, 'news', null)).rejects.toMatchObject({
    kind: 'recompute',
    code: 68,
  })
})

it('gives each posixGroup a number of its own, above those that there are', async (t) => {
  const server = await startTestDirectory({ listClass: 'posixGroup' }, t)
  const directory = openFor(server, t)
  const numbers = async () => {
    const ldif = await server.ldapsearch(server.listsBase, '(objectClass=posixGroup)', 'gidNumber')
    return [...ldif.matchAll(/^gidNumber: (\d+)$/gm)].map((match) => Number(match[1]))
  }
  const highest = Math.max(9999, ...(await numbers()))
  await server.ldapmodify(
    `dn: ${server.listDn('nobodys')}\nchangetype: add\nobjectClass: posixGroup\ncn: nobodys\ngidNumber: 4294967294\n`,
  )
  await directory.createList({ name: 'one', description: '', members: [] })
  await directory.createList({ name: 'two', description: '', members: [] })
  const all = await numbers()
  expect(all).toEqual(expect.arrayContaining([highest + 1, highest + 2]))
  expect(new Set(all).size).toBe(all.length)
})

it('gives a posixGroup nobody’s primary group for its number: they would be on it unseen', async (t) => {
  const server = await startTestDirectory({ listClass: 'posixGroup' }, t)
  const directory = openFor(server, t)
  await server.ldapmodify(
    [
      ['bob', 10_000],
      ['erin', 10_007],
      ['judy', 2_147_483_647],
    ]
      .map(
        ([uid, number]) =>
          `dn: ${server.personDn(`${uid}`)}\nchangetype: modify\nreplace: gidNumber\ngidNumber: ${number}\n`,
      )
      .join('\n'),
  )
  const { dn } = await directory.createList({ name: 'one', description: '', members: [] })
  expect(await server.ldapsearch(dn, '(cn=one)', 'gidNumber')).toContain('gidNumber: 10008\n')
})

it('takes a group whose number is another’s as well not back once another tool has put somebody on it', async (t) => {
  const server = await startTestDirectory({ listClass: 'posixGroup' }, t)
  const proxy = await startTcpProxy(Number(new URL(server.url).port), t)
  const directory = openFor(server, t, { url: `ldap://127.0.0.1:${proxy.port}` })
  const add = ['changetype: add', 'objectClass: posixGroup', 'cn: other', 'gidNumber: 10000', '']
  const making = directory.createList({ name: 'one', description: '', members: [] }, async () => {
    await server.ldapmodify([`dn: ${server.listDn('other')}`, ...add].join('\n'))
    // As it is part of a filter, and not of what is added.
    proxy.holdAnswersTo('gidNumber\u0004\u000510000')
  })
  making.catch(() => undefined)
  await waitUntil('it is there', async () =>
    (await server.ldapsearch(server.listsBase, '(cn=one)', 'cn')) === '' ? null : true,
  )
  await server.ldapmodify(
    `dn: ${server.listDn('one')}\nchangetype: modify\nadd: memberUid\nmemberUid: ${server.memberValue('bob')}\n`,
  )
  proxy.release()
  await expect(making).rejects.toMatchObject({ kind: 'recompute', code: 122 })
  expect(await server.membersOf('one')).toEqual([server.memberValue('bob')])
})

it('renames a list that is named by something else where it is', async (t) => {
  const server = await startTestDirectory({}, t)
  const directory = openFor(server, t)
  const dn = `ou=paper,${server.listsBase}`
  await server.ldapmodify(
    `dn: ${dn}\nchangetype: add\nobjectClass: groupOfUniqueNames\nou: paper\ncn: paper\nuniqueMember: ${server.worker.dn}\n`,
  )
  const found = (await all(directory.readLists())).find(({ name }) => name === 'paper')
  const entryUuid = found?.entryUuid ?? ''
  expect(await directory.renameList(entryUuid, 'journal', found?.version ?? null)).toMatchObject({
    name: 'journal',
    dn,
  })
  expect((await directory.findList(entryUuid))?.list).toMatchObject({ name: 'journal', dn })
})

it('writes a name that would be several parts of a DN as one value', async (t) => {
  const server = await startTestDirectory({}, t)
  const directory = openFor(server, t)
  const name = 'a,ou=lists+b="c"'
  const made = await directory.createList({ name, description: '', members: [server.worker.dn] })
  expect(made.name).toBe(name)
  expect((await directory.renameList(made.entryUuid, 'plain', null)).dn).toBe(server.listDn('plain'))
})

it('goes by the name in the DN where a list has several, before and after it is renamed', async (t) => {
  const server = await startTestDirectory({}, t)
  const directory = openFor(server, t)
  const made = await directory.createList({ name: 'first', description: '', members: [server.worker.dn] })
  await server.ldapmodify(`dn: ${made.dn}\nchangetype: modify\nadd: cn\ncn: also\n`)
  expect((await directory.findList(made.entryUuid))?.list.name).toBe('first')
  expect((await directory.renameList(made.entryUuid, 'second', null)).name).toBe('second')
  expect((await directory.findList(made.entryUuid))?.list.name).toBe('second')
})

it('replaces all members in one write, and only those that were read', async (t) => {
  const server = await startTestDirectory({}, t)
  const directory = openFor(server, t)
  const [list] = await all(directory.readListsWithMembers())
  if (!list) throw new Error('there is no list')
  const replaceWith = [server.worker.dn, server.personDn('alice'), server.personDn('zoe')]
  const { dn, name, version } = list.list
  const after = await directory.modifyMembers(dn, { add: [], remove: [], version, replaceWith })
  expect(after > version).toBe(true)
  expect(await server.membersOf(name)).toEqual([server.personDn('alice'), server.personDn('zoe')])
  await expect(
    directory.modifyMembers(dn, { add: [], remove: [], version, replaceWith: [server.worker.dn] }),
  ).rejects.toMatchObject({ kind: 'recompute', code: 122 })
})

/** As GeneralizedTime, to the second. */
function aSecondAfter(csn: string): string {
  const [, ...parts] = /^(....)(..)(..)(..)(..)(..)/.exec(csn) ?? []
  const [year = 0, month = 1, ...rest] = parts.map(Number)
  return `${new Date(Date.UTC(year, month - 1, ...rest) + 1000).toISOString().replace(/\..*|[-:T]/g, '')}Z`
}

it('finds out who changed since, and everybody there is', async (t) => {
  const server = await startTestDirectory({}, t)
  const directory = openFor(server, t)
  const csn = await directory.readContextCsn()
  expect(csn).toMatch(/Z#/)
  expect(await directory.readContextCsn()).toBe(csn)
  const list = await directory.createList({ name: 'fresh', description: '', members: [server.worker.dn] })
  expect(await directory.readContextCsn()).not.toBe(csn)
  const fresh = { entryUuid: list.entryUuid, version: list.version }
  expect(await directory.changedSince('lists', { csn: csn ?? '' })).toContainEqual(fresh)
  expect(await directory.changedSince('lists', { csn: list.version })).toEqual([fresh])
  const time = `${list.version.slice(0, 14)}Z`
  expect(await directory.changedSince('lists', { time })).toContainEqual(fresh)
  // It may show only once something of the next second was seen.
  const next = aSecondAfter(list.version)
  expect(await directory.changedSince('lists', { time: next })).toContainEqual(fresh)
  // Of several servers that write, what one wrote may arrive after what the other did.
  const later = await directory.createList({ name: 'later', description: '', members: [server.worker.dn] })
  expect(await directory.changedSince('lists', { csn: `${later.version},${list.version}` })).toContainEqual(
    fresh,
  )
  await expect(directory.changedSince('lists', { csn: 'yesterday' })).rejects.toThrow(/no CSN/)
  const people = await all(directory.readPeople())
  expect((await all(directory.listIds('people'))).toSorted()).toEqual(
    people.map((person) => person.entryUuid).toSorted(),
  )
  expect(await directory.readClock()).toBeNull()
})
