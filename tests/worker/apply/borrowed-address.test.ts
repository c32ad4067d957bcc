import { expect, it, type TestContext } from 'vitest'
import { createWorld } from '../../_support/world.ts'

/** What changes in the directory from now on is not in the mirror. */
async function unfollowed(t: TestContext) {
  const world = await createWorld({ listClass: 'nisMailAlias' }, t)
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
