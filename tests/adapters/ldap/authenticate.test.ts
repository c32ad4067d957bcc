import { expect, it, type TestContext } from 'vitest'
import { authenticate } from '../../../adapters/ldap/authenticate.ts'
import { startTestDirectory } from '../../_support/servers.ts'
import { openFor } from './_feed.ts'
import { bound, done, entry, standIn } from './_stand-in.ts'

const alice = entry('uid=alice,ou=people', {
  uid: 'alice',
  entryUUID: '01a1fd3f-fc36-779e-9abe-ffb6db07859e',
})

/** Alice signs in at a server that knows her, and answers this code to that. */
async function serverThatAnswers(code: number, t: TestContext) {
  const bind = (request: Buffer) => bound(request.includes('uid=alice') ? code : 0)
  return authenticate(await standIn({ bind, search: () => [alice, done(0)] }, t), 'alice', 'alice sings')
}

it.for([
  ['the password is another one', 49],
  ['there is no such entry', 32],
  ['this entry has no password', 48],
  ['this account is locked', 53],
] as const)('whoever signs in is refused where the server says: %s (%i)', async ([, code], t) => {
  expect(await serverThatAnswers(code, t)).toBeNull()
})

it('a server that is too busy to answer has refused nobody', async (t) => {
  expect(await serverThatAnswers(0, t)).toMatchObject({ uid: 'alice' })
  await expect(serverThatAnswers(51, t)).rejects.toMatchObject({ kind: 'transient', code: 51 })
})

it('of two people with one user name neither signs in, and neither’s password is tried', async (t) => {
  const server = await startTestDirectory({}, t)
  const directory = openFor(server, t)
  const password = server.passwordOf('alice')
  expect(await directory.authenticate('alice', password)).toMatchObject({ uid: 'alice' })
  await server.ldapmodify(
    `dn: cn=Another,${server.peopleBase}\nchangetype: add\nobjectClass: inetOrgPerson\ncn: Another\nsn: Another\nuid: alice\n`,
  )
  const tried: unknown[] = []
  const before = async (person: unknown) => void tried.push(person)
  expect(await directory.authenticate('alice', password, before)).toBeNull()
  expect(tried).toEqual([null])
})
