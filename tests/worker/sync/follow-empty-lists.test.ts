import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it, type TestContext, vi } from 'vitest'
import { openDirectory } from '../../../adapters/ldap/directory.ts'
import type { FeedBase } from '../../../domain/contracts/feed.ts'
import { rows } from '../../../domain/store/database.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'
import { addPerson, listIs, mirrorShows, personIs } from './_mirror.ts'

/** Nobody waits three seconds from one question to the next. */
vi.mock('../../../domain/rules/pause.ts', async (original) => {
  const { pause } = await original<typeof import('../../../domain/rules/pause.ts')>()
  return { pause: (ms: number, until: AbortSignal) => pause(Math.min(ms, 200), until) }
})

const never = { SYNC_INTERVAL_S: '86400', RECONCILE_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600' }

/** A directory without live feeds and CSNs: it shows when entries were changed, of lists only where that is said. */
async function directoryShowingTimes(t: TestContext, { ofLists = true } = {}): Promise<World> {
  const world = await createWorld({}, t)
  const file = join(dirname(world.directory.logFile), 'slapd.conf')
  const conf = await readFile(file, 'utf8')
  const hidden = [
    'access to attrs=entryCSN,contextCSN by * none',
    ...(ofLists
      ? []
      : [`access to dn.subtree="${world.directory.listsBase}" attrs=modifyTimestamp by * none`]),
  ]
  const silent = conf.split('\n').filter((line) => !line.includes('syncprov'))
  await writeFile(file, silent.join('\n').replace('access to', `${hidden.join('\n')}\naccess to`))
  await world.directory.restart()
  return world
}

const runsOf = async ({ db }: World) => (await rows(db, 'select id from sync_run')).length

it('a directory without any list is asked what changed, and not read each time', async (t) => {
  const world = await directoryShowingTimes(t)
  const base = 'ou=none,dc=example,dc=org'
  await world.directory.ldapmodify(
    `dn: ${base}\nchangetype: add\nobjectClass: organizationalUnit\nou: none\n`,
  )
  const directory = openDirectory({ ...asWorker(world.directory), listsBase: base })
  const asked: Record<FeedBase, number> = { people: 0, lists: 0 }
  await world.worker(
    {
      directory: {
        ...directory,
        changedSince: (of, since) => {
          asked[of] += 1
          return directory.changedSince(of, since)
        },
      },
    },
    { ...never, LDAP_LISTS_BASE: base },
  )
  await waitUntil('it was asked some times', async () => (asked.people >= 8 ? true : null))
  // At first, before the first question, and as the clock begins.
  expect(await runsOf(world)).toBeLessThanOrEqual(3)
  expect(await rows(world.db, 'select mode from feed')).toEqual([{ mode: 'time' }, { mode: 'time' }])
  expect(asked.lists).toBeGreaterThanOrEqual(7)

  // What comes is seen.
  await addPerson(world, 'newcomer')
  await personIs(world, 'newcomer', 'present')
  await world.directory.ldapmodify(
    `dn: cn=first,${base}\nchangetype: add\nobjectClass: groupOfUniqueNames\ncn: first\nuniqueMember: ${world.directory.personDn('newcomer')}\n`,
  )
  await listIs(world, 'first', 'active')
  await mirrorShows(world, 'first', 'newcomer')
  expect(await runsOf(world)).toBeLessThanOrEqual(3)
})

it('a directory that shows of no list when it was changed is read, and nothing less is promised', async (t) => {
  const world = await directoryShowingTimes(t, { ofLists: false })
  await world.worker({}, never)
  await waitUntil('it is known how it is followed', async () => {
    const feeds = await rows(world.db, `select mode, confirmed_at from feed where mode = 'full'`)
    return feeds.length === 2 ? true : null
  })
  expect(await rows(world.db, 'select distinct mode, confirmed_at from feed')).toEqual([
    { mode: 'full', confirmedAt: null },
  ])
})
