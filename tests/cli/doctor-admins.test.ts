import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pino } from 'pino'
import { beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { areasOf } from '../../cli/doctor/areas.ts'
import { examine } from '../../cli/doctor/examine.ts'
import { readSettings } from '../../cli/doctor/read-settings.ts'
import { people } from '../../sandbox/people.ts'
import type { Environment } from '../../domain/contracts/read-environment.ts'
import { startTestDirectory, type TestDirectory } from '../_support/servers.ts'

let directory: TestDirectory

beforeAll(async () => {
  directory = await startTestDirectory()
})

/** What the doctor says of who is an admin, told this. */
async function saidOf(environment: Environment, { listClass, ...server }: TestDirectory = directory) {
  const settings = readSettings(
    {
      LDAP_URL: server.url,
      LDAP_BIND_DN: server.worker.dn,
      LDAP_BIND_PASSWORD: server.worker.password,
      LDAP_READ_BIND_DN: server.reader.dn,
      LDAP_READ_BIND_PASSWORD: server.reader.password,
      LDAP_PEOPLE_BASE: server.peopleBase,
      LDAP_LISTS_BASE: server.listsBase,
      LDAP_LIST_CLASS: listClass,
      ...environment,
    },
    '/nowhere',
  )
  const areas = areasOf(settings, null, pino({ level: 'silent' }), { worker: false, sendTestTo: undefined })
  const found = await examine(
    areas.filter(({ name }) => name === 'directory'),
    { begin: () => {}, found: () => {} },
  )
  const findings = found.map(({ finding }) => finding).filter(({ check }) => check.startsWith('admins'))
  // Who they are is nobody's business who reads this.
  for (const { uid, cn } of people) {
    expect(JSON.stringify(findings)).not.toContain(`${uid},`)
    expect(JSON.stringify(findings)).not.toContain(cn)
  }
  return findings
}

/** A group in one of the folders of a directory. */
async function group(
  ou: 'groups' | 'services' | 'people',
  name: string,
  lines: readonly string[],
  { suffix, ldapmodify }: TestDirectory = directory,
): Promise<string> {
  const dn = `cn=${name},ou=${ou},${suffix}`
  await ldapmodify(`dn: ${dn}\nchangetype: add\ncn: ${name}\n${lines.join('\n')}\n`)
  return dn
}

/** Changes the server's access rules. */
async function changeAccess(server: TestDirectory, from: string, to: string): Promise<void> {
  const file = join(dirname(server.logFile), 'slapd.conf')
  const before = readFileSync(file, 'utf8')
  expect(before).toContain(from)
  writeFileSync(file, before.replace(from, to))
  await server.restart()
}

/** Does what a remedy says: its rule goes before all others. */
async function obey(server: TestDirectory, remedy: string | undefined): Promise<void> {
  const rule = /In OpenLDAP, before your other rules: (access to .*)$/.exec(remedy ?? '')?.[1]
  await changeAccess(server, 'access to attrs=userPassword', `${rule}\naccess to attrs=userPassword`)
}

const withGid = ({ gidNumber }: { gidNumber: number }) => people.filter((one) => one.gidNumber === gidNumber)

describe('the group of the admins', () => {
  it('is right with people in it whom both processes see', async () => {
    expect(await saidOf({ LDAP_ADMIN_GROUP: directory.adminGroup })).toEqual([
      {
        check: 'admins by group',
        state: 'right',
        says: 'people among the members of LDAP_ADMIN_GROUP: 1 of 1',
      },
      { check: 'admins by group, for the api', state: 'right', says: 'it sees as many members' },
    ])
  })

  it.for([
    [
      'groupOfUniqueNames',
      (uid: string) => `uniqueMember: ${directory.personDn(uid)}`,
      ['alice', 'bob'],
      '2 of 2',
    ],
    [
      'groupOfNames',
      (uid: string) => `member: ${directory.personDn(uid).toUpperCase()}`,
      ['alice', 'gone'],
      '1 of 2',
    ],
    [
      'nisMailAlias',
      (uid: string) => `rfc822MailMember: ${uid}@EXAMPLE.org`,
      ['alice', 'bob', 'gone'],
      '2 of 3',
    ],
    // One user name in another spelling makes nobody an admin.
    ['posixGroup', (uid: string) => `memberUid: ${uid}`, ['alice', 'BOB'], '1 of 2'],
  ] as const)('may be a %s', async ([objectClass, line, uids, count]) => {
    const needed = objectClass === 'posixGroup' ? ['gidNumber: 7777'] : []
    const dn = await group('groups', `of-${objectClass}`, [
      `objectClass: ${objectClass}`,
      ...needed,
      ...uids.map(line),
    ])
    expect((await saidOf({ LDAP_ADMIN_GROUP: dn }))[0]).toEqual({
      check: 'admins by group',
      state: 'right',
      says: `people among the members of LDAP_ADMIN_GROUP: ${count}`,
    })
  })

  it('that is not there is wrong, with the rule that lets the worker see it', async () => {
    const dn = `cn=nobody,ou=groups,${directory.suffix}`
    expect(await saidOf({ LDAP_ADMIN_GROUP: dn })).toEqual([
      {
        check: 'admins by group',
        state: 'wrong',
        says: 'the worker’s account finds no LDAP_ADMIN_GROUP, so it makes nobody an admin',
        remedy: `Correct LDAP_ADMIN_GROUP, or let the account of LDAP_BIND_DN read the group. In OpenLDAP, before your other rules: access to dn.base="${dn}" by dn.exact="${directory.worker.dn}" read by * break`,
      },
    ])
  })

  it('whose name is none is wrong', async () => {
    const [finding, ...others] = await saidOf({ LDAP_ADMIN_GROUP: 'cn=admins,groups' })
    expect(finding).toMatchObject({
      check: 'admins',
      state: 'wrong',
      says: expect.stringContaining('34') as string,
      remedy: expect.stringContaining('Correct LDAP_ADMIN_GROUP') as string,
    })
    expect(others).toEqual([])
  })

  it('without a member is wrong, as they may be hidden', async () => {
    const dn = await group('groups', 'empty', ['objectClass: posixGroup', 'gidNumber: 7778'])
    expect((await saidOf({ LDAP_ADMIN_GROUP: dn }))[0]).toMatchObject({
      check: 'admins by group',
      state: 'wrong',
      says: 'the worker’s account sees no member in LDAP_ADMIN_GROUP, so it makes nobody an admin',
      remedy: expect.stringMatching(
        /^Put people into it, or let the account of LDAP_BIND_DN read its members\. .*access to dn\.base/,
      ) as string,
    })
  })

  it('in which nobody is one of the people is wrong, or worth a look where others are admins', async () => {
    const dn = await group('groups', 'placeholders', [
      'objectClass: groupOfNames',
      `member: ${directory.worker.dn}`,
    ])
    const finding = {
      check: 'admins by group',
      says: 'people among the members of LDAP_ADMIN_GROUP: 0 of 1',
      remedy: expect.stringContaining('LDAP_PEOPLE_BASE') as string,
    }
    expect((await saidOf({ LDAP_ADMIN_GROUP: dn }))[0]).toEqual({ ...finding, state: 'wrong' })
    const said = await saidOf({ LDAP_ADMIN_GROUP: dn, LDAP_ADMIN_GID: '5001' })
    expect(said[0]).toEqual({ ...finding, state: 'doubtful' })
  })

  it('that the api does not see is worth a look, until it may read it', async (t: TestContext) => {
    const own = await startTestDirectory({}, t)
    const lines = ['objectClass: groupOfNames', `member: ${own.personDn('ada')}`]
    const told = { LDAP_ADMIN_GROUP: await group('services', 'hidden', lines, own) }
    const [asWorker, asApi] = await saidOf(told, own)
    expect(asWorker?.state).toBe('right')
    expect(asApi).toEqual({
      check: 'admins by group, for the api',
      state: 'doubtful',
      says: 'it finds no LDAP_ADMIN_GROUP: who becomes an admin, or is none any more, shows with the worker’s next read only',
      remedy: `Let the account of LDAP_READ_BIND_DN read the group. In OpenLDAP, before your other rules: access to dn.base="${told.LDAP_ADMIN_GROUP}" by dn.exact="${own.reader.dn}" read by * break`,
    })
    await obey(own, asApi?.remedy)
    expect((await saidOf(told, own)).map(({ state }) => state)).toEqual(['right', 'right'])
  })

  it('whose members the api does not see is wrong, until it may: who signs in would be no admin', async (t: TestContext) => {
    const own = await startTestDirectory({}, t)
    const lines = ['objectClass: groupOfNames', `member: ${own.personDn('ada')}`]
    const told = { LDAP_ADMIN_GROUP: await group('people', 'half-hidden', lines, own) }
    const [asWorker, asApi] = await saidOf(told, own)
    expect(asWorker?.state).toBe('right')
    expect(asApi).toMatchObject({
      check: 'admins by group, for the api',
      state: 'wrong',
      says: 'it sees 0 of 1 members of LDAP_ADMIN_GROUP: an admin whom it does not see is none after signing in, until the worker’s next read',
      remedy: expect.stringContaining('LDAP_READ_BIND_DN') as string,
    })
    await obey(own, asApi?.remedy)
    expect((await saidOf(told, own)).map(({ state }) => state)).toEqual(['right', 'right'])
  })

  it('is left to the worker where the api reads anonymously, and may not see it', async (t: TestContext) => {
    const own = await startTestDirectory({}, t)
    await changeAccess(own, 'by self read by * none', 'by self read by * read')
    const [, asApi] = await saidOf(
      {
        LDAP_ADMIN_GROUP: own.adminGroup,
        LDAP_READ_BIND_DN: undefined,
        LDAP_READ_BIND_PASSWORD: undefined,
      },
      own,
    )
    expect(asApi).toMatchObject({
      state: 'doubtful',
      remedy: expect.stringMatching(/anonymously: give it an account first, in LDAP_READ_BIND_DN/) as string,
    })
  })
})

describe('the gidNumber of the admins', () => {
  it('is right where people have it and both processes see that', async () => {
    const count = withGid({ gidNumber: 5001 }).length
    expect(await saidOf({ LDAP_ADMIN_GID: '5001' })).toEqual([
      { check: 'admins by gidNumber', state: 'right', says: `people with that of LDAP_ADMIN_GID: ${count}` },
      { check: 'admins by gidNumber, for the api', state: 'right', says: 'it sees as many people' },
    ])
  })

  it('that nobody has is wrong, or worth a look where a group makes admins', async () => {
    const finding = {
      check: 'admins by gidNumber',
      says: 'people with that of LDAP_ADMIN_GID: 0',
      remedy: `Correct LDAP_ADMIN_GID, or let the account of LDAP_BIND_DN read the gidNumber of people. In OpenLDAP, before your other rules: access to dn.children="${directory.peopleBase}" attrs=gidNumber by dn.exact="${directory.worker.dn}" read by * break`,
    }
    expect(await saidOf({ LDAP_ADMIN_GID: '4242' })).toEqual([{ ...finding, state: 'wrong' }])
    const both = await saidOf({ LDAP_ADMIN_GID: '4242', LDAP_ADMIN_GROUP: directory.adminGroup })
    expect(both).toContainEqual({ ...finding, state: 'doubtful' })
  })

  it('that the api does not see is worth a look, until it may read it', async (t: TestContext) => {
    const own = await startTestDirectory({}, t)
    await changeAccess(own, 'mail,cn,gidNumber,entryUUID', 'mail,cn,entryUUID')
    const told = { LDAP_ADMIN_GID: '5001' }
    const [asWorker, asApi] = await saidOf(told, own)
    expect(asWorker?.state).toBe('right')
    expect(asApi).toMatchObject({
      check: 'admins by gidNumber, for the api',
      state: 'doubtful',
      says: expect.stringMatching(/^it sees 0 of \d+ people with that of LDAP_ADMIN_GID/) as string,
      remedy: expect.stringContaining('LDAP_READ_BIND_DN') as string,
    })
    await obey(own, asApi?.remedy)
    expect((await saidOf(told, own)).map(({ state }) => state)).toEqual(['right', 'right'])
  })
})

it('where neither is set the directory makes nobody an admin, and the other way is told', async () => {
  expect(await saidOf({})).toEqual([
    {
      check: 'admins',
      state: 'doubtful',
      says: 'the directory makes nobody an admin: neither LDAP_ADMIN_GROUP nor LDAP_ADMIN_GID is set',
      remedy:
        'Set one of them for api and worker. Without the directory it is done by npm run admin -- grant NAME (docs/admin.md).',
    },
  ])
})

it('an account of the api that is not let in is told once, and the rest is looked at all the same', async () => {
  const said = await saidOf({ LDAP_ADMIN_GROUP: directory.adminGroup, LDAP_READ_BIND_PASSWORD: 'wrong' })
  expect(said.map(({ check }) => check)).toEqual(['admins by group'])
})
