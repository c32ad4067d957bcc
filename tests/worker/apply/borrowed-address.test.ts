import { expect, it, type TestContext } from 'vitest'
import type { ListClass } from '../../../domain/contracts/directory.ts'
import { createWorld } from '../../_support/world.ts'

/** What changes in the directory from now on is not in the mirror. */
async function unfollowed(
  t: TestContext,
  { listClass = 'nisMailAlias', ldif = '' }: { listClass?: ListClass; ldif?: string } = {},
) {
  const world = await createWorld({ listClass }, t)
  if (ldif !== '') await world.directory.ldapmodify(ldif)
  await world.worker(
    { followsDirectory: false },
    { SYNC_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600', RECONCILE_INTERVAL_S: '86400' },
  )
  await world.mirrored()
  return world
}

/** Who may write their own `mail` in the directory, and is quicker than the next look of a worker at them. */
it('who has just taken somebody else’s address as theirs takes nobody but themselves off a list', async (t) => {
  const world = await unfollowed(t)
  await world.ended((await world.request('bob', 'subscribe', 'jobs')).id)
  await world.ended((await world.request('erin', 'subscribe', 'jobs')).id)
  await world.directory.ldapmodify(
    `dn: ${world.directory.personDn('bob')}\nchangetype: modify\nadd: mail\nmail: Erin@example.org\n`,
  )
  const change = await world.ended((await world.request('bob', 'unsubscribe', 'jobs')).id)
  expect(await world.directory.membersOf('jobs')).toContain('erin@example.org')
  expect(change).toMatchObject({ state: 'failed', reason: { code: 'ADDRESS_SHARED' } })
})

it.for([' ', '\t', '\r'])('nor where it is spelled with a blank behind it: %j', async (blank, t) => {
  const world = await unfollowed(t)
  await world.ended((await world.request('bob', 'subscribe', 'jobs')).id)
  await world.ended((await world.request('erin', 'subscribe', 'jobs')).id)
  const spelled = Buffer.from(`erin@example.org${blank}`).toString('base64')
  await world.directory.ldapmodify(
    `dn: ${world.directory.personDn('bob')}\nchangetype: modify\nadd: mail\nmail:: ${spelled}\n`,
  )
  await world.ended((await world.request('bob', 'unsubscribe', 'jobs')).id)
  expect(await world.directory.membersOf('jobs')).toContain('erin@example.org')
})

it('nor by their own leaving everybody at once, past the removal limit', async (t) => {
  const world = await unfollowed(t)
  await world.ended((await world.request('bob', 'subscribe', 'jobs')).id)
  const others = (await world.directory.membersOf('jobs')).filter((mail) => mail !== 'bob@example.org')
  expect(others.length).toBeGreaterThan(5)
  await world.directory.ldapmodify(
    `dn: ${world.directory.personDn('bob')}\nchangetype: modify\nadd: mail\n${others.map((mail) => `mail: ${mail}\n`).join('')}`,
  )
  await world.ended((await world.request('bob', 'unsubscribe', 'jobs')).id)
  expect(await world.directory.membersOf('jobs')).toEqual(expect.arrayContaining(others))
})

const people = 'ou=people,dc=example,dc=org'

it.for<[string, { listClass: ListClass; uid: string; code: string; shared: string; mended: string }]>([
  [
    'an address',
    {
      listClass: 'nisMailAlias',
      uid: 'erin',
      code: 'ADDRESS_SHARED',
      shared: `dn: uid=bob,${people}\nchangetype: modify\nadd: mail\nmail: erin@example.org\n`,
      mended: `dn: uid=bob,${people}\nchangetype: modify\ndelete: mail\nmail: erin@example.org\n`,
    },
  ],
  [
    'a user name',
    {
      listClass: 'posixGroup',
      uid: 'bob',
      code: 'USERNAME_SHARED',
      shared: `dn: cn=Bob,${people}\nchangetype: add\nobjectClass: inetOrgPerson\ncn: Bob\nsn: Else\nuid: bob\n`,
      mended: `dn: cn=Bob,${people}\nchangetype: modify\nreplace: uid\nuid: bobby\n`,
    },
  ],
])(
  'whoever no longer shares %s is refused no longer, as soon as the directory says so',
  async ([, { listClass, uid, code, shared, mended }], t) => {
    const world = await unfollowed(t, { listClass, ldif: shared })
    const ask = async () => world.ended((await world.request(uid, 'subscribe', 'news')).id)
    expect(await ask()).toMatchObject({ state: 'failed', reason: { code } })
    await world.directory.ldapmodify(mended)
    expect(await ask()).toMatchObject({ state: 'applied' })
  },
)

it('who has an address together with others leaves and joins by one of their own', async (t) => {
  const ldif = ['bob', 'erin'].map(
    (uid) => `dn: uid=${uid},${people}\nchangetype: modify\nadd: mail\nmail: team@example.org\n`,
  )
  const world = await unfollowed(t, { ldif: ldif.join('\n') })
  const { directory } = world
  const erin = async (action: 'subscribe' | 'unsubscribe') =>
    world.ended((await world.request('erin', action, 'news')).id)
  expect(await erin('subscribe')).toMatchObject({ state: 'applied' })
  expect(await directory.membersOf('news')).toContain('erin@example.org')
  expect(await erin('unsubscribe')).toMatchObject({ state: 'applied' })
  expect(await directory.membersOf('news')).not.toContain('erin@example.org')

  await directory.ldapmodify(
    `dn: ${directory.listDn('news')}\nchangetype: modify\nadd: rfc822MailMember\nrfc822MailMember: team@example.org\n`,
  )
  expect(await erin('subscribe')).toMatchObject({ state: 'failed', reason: { code: 'ADDRESS_SHARED' } })
  expect(await directory.membersOf('news')).toContain('team@example.org')
})
