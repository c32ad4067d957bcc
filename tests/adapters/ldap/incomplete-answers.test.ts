import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it, type TestContext } from 'vitest'
import { asMemberValues } from '../../../adapters/ldap/entries/entries.ts'
import { IncompleteRead } from '../../../adapters/ldap/failure.ts'
import { startTestDirectory, type TestDirectory } from '../../_support/servers.ts'
import { all, openFor, refreshOf } from './_feed.ts'

/** With a place in it whose entries are on another server. */
async function startWithReferral(t: TestContext, base: 'people' | 'lists') {
  const server = await startTestDirectory({}, t)
  const directory = openFor(server, t)
  const [person] = await all(directory.readPeople())
  const [list] = await all(directory.readLists())
  const above = base === 'people' ? server.peopleBase : server.listsBase
  await server.ldapmodify(
    `dn: ou=elsewhere,${above}\nchangetype: add\nobjectClass: referral\nobjectClass: extensibleObject\nou: elsewhere\nref: ldap://elsewhere.example.org/ou=elsewhere,${above}\n`,
  )
  return { server, directory, person: person?.entryUuid ?? '', list: list?.entryUuid ?? '' }
}

async function configure(server: TestDirectory, change: (conf: string) => string): Promise<void> {
  const file = join(dirname(server.logFile), 'slapd.conf')
  await writeFile(file, change(await readFile(file, 'utf8')))
  await server.restart()
}

/** The account may no longer be told of more than two entries at once. */
const limit = (server: TestDirectory) =>
  configure(server, (conf) => conf.replace(/^limits .*$/m, 'sizelimit 2'))

it('whoever is looked for by id where a part is elsewhere is not absent', async (t) => {
  const { directory, person } = await startWithReferral(t, 'people')
  await expect(directory.findPeople([person])).rejects.toThrow(IncompleteRead)
})

it('nor is a list', async (t) => {
  const { directory, list } = await startWithReferral(t, 'lists')
  await expect(directory.findList(list)).rejects.toThrow(IncompleteRead)
})

it('a feed that refers elsewhere for a part of it is incomplete', async (t) => {
  const { directory } = await startWithReferral(t, 'lists')
  await expect(refreshOf(directory, null)).rejects.toThrow(IncompleteRead)
})

it('nobody of many is absent where the server stops at its limit', async (t) => {
  const server = await startTestDirectory({}, t)
  const directory = openFor(server, t)
  const ids = (await all(directory.readPeople())).map(({ entryUuid }) => entryUuid)
  await limit(server)
  await expect(openFor(server, t).findPeople(ids)).rejects.toThrow(IncompleteRead)
})

it('a feed that stops at a limit is incomplete', async (t) => {
  const server = await startTestDirectory({}, t)
  await limit(server)
  await expect(refreshOf(openFor(server, t), null)).rejects.toThrow(IncompleteRead)
})

it('a feed that the server does not give although it was asked for all of it is refused, and not to be begun anew', async (t) => {
  const server = await startTestDirectory({}, t)
  await configure(server, (conf) => conf.replace(/^(suffix .*)$/m, '$1\nrestrict search'))
  await expect(refreshOf(openFor(server, t), null)).rejects.toMatchObject({
    name: 'DirectoryFailure',
    code: 53,
  })
})

it('whom the filter leaves out is not found by id either', async (t) => {
  const server = await startTestDirectory({}, t)
  const [person] = await all(openFor(server, t).readPeople())
  const filtered = openFor(server, t, { peopleFilter: '(title=member)' })
  expect(await filtered.findPeople([person?.entryUuid ?? ''])).toEqual([])
})

it('a list of which the server gives a range of the members is incomplete', () => {
  const values = new Map([['member;range=0-1', ['cn=ada', 'cn=bob']]])
  expect(() => asMemberValues({ dn: 'cn=news', values }, 'member', (value) => value)).toThrow(IncompleteRead)
})
