import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeEach, expect, it, type TestContext, vi } from 'vitest'
import { openDirectory } from '../../../adapters/ldap/directory.ts'
import { rows } from '../../../domain/store/database.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'
import { chooseAgainMs } from '../../../worker/sync/sync-plan.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'
import {
  addList,
  addMember,
  addPerson,
  listIs,
  mirrorShows,
  personIs,
  remove,
  removeMember,
} from './_mirror.ts'

/** A worker looks whether the directory can do more by now when this is resolved, and not after a minute. */
const minute = vi.hoisted(() => ({ isOver: Promise.withResolvers<void>() }))
vi.mock('../../../domain/rules/pause.ts', async (original) => {
  const { pause } = await original<typeof import('../../../domain/rules/pause.ts')>()
  return {
    pause: (ms: number, until: AbortSignal) =>
      ms === chooseAgainMs ? Promise.race([pause(ms, until), minute.isOver.promise]) : pause(ms, until),
  }
})
beforeEach(() => {
  minute.isOver = Promise.withResolvers()
})

const never = { SYNC_INTERVAL_S: '86400', RECONCILE_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600' }
const often = { ...never, SYNC_INTERVAL_S: '2' }

const hidden = (attributes: string) => `access to attrs=${attributes} by * none`

/** What the server has by its configuration: it tells nothing by itself, and shows of no entry when it was changed; or only that. */
const silent = (conf: string): string =>
  conf
    .split('\n')
    .filter((line) => !line.includes('syncprov'))
    .join('\n')
    .replace('access to', `${hidden('entryCSN,modifyTimestamp,contextCSN')}\naccess to`)
const showingTimes = (conf: string): string =>
  silent(conf).replace(hidden('entryCSN,modifyTimestamp,contextCSN'), hidden('entryCSN,contextCSN'))

type Server = World & { become: (edit: (conf: string) => string) => Promise<void> }

/** A directory that has to be read to know what changed, until it becomes something else. */
async function silentDirectory(t: TestContext): Promise<Server> {
  const world = await createWorld({}, t)
  const file = join(dirname(world.directory.logFile), 'slapd.conf')
  const original = await readFile(file, 'utf8')
  const become = async (edit: (conf: string) => string) => {
    await writeFile(file, edit(original))
    await world.directory.restart()
  }
  await become(silent)
  return { ...world, become }
}

const followedBy = (world: World, mode: string) =>
  waitUntil(`the directory is followed by ${mode}`, async () => {
    const modes = await rows<{ mode: string }>(world.db, 'select mode from feed')
    return modes.length === 2 && modes.every((feed) => feed.mode === mode) ? true : null
  })

it('a directory that tells nothing by itself, and not when anything was changed, is read at each interval', async (t) => {
  const world = await silentDirectory(t)
  await world.worker({}, often)
  await followedBy(world, 'full')
  await addMember(world, 'news', 'ada')
  await removeMember(world, 'chess', 'bob')
  await addPerson(world, 'newcomer')
  await addList(world, 'sauna', ['bob', 'newcomer'])
  await remove(world, world.directory.listDn('choir'))
  await remove(world, world.directory.personDn('mallory'))
  await mirrorShows(world, 'news', 'ada')
  await mirrorShows(world, 'chess', 'bob', false)
  await mirrorShows(world, 'sauna', 'newcomer')
  await listIs(world, 'choir', 'gone')
  await personIs(world, 'mallory', 'gone')
  await removeMember(world, 'news', 'ada')
  await mirrorShows(world, 'news', 'ada', false)
  // Nothing is promised that nobody keeps: the mirror is as old as its last read.
  expect(await rows(world.db, 'select mode, confirmed_at from feed')).toEqual([
    { mode: 'full', confirmedAt: null },
    { mode: 'full', confirmedAt: null },
  ])
})

it('once it has a live feed, it is followed by that, without being read', async (t) => {
  const world = await silentDirectory(t)
  const directory = openDirectory(asWorker(world.directory))
  let mayRead = true
  const whileItMay =
    <Read>(read: () => Read) =>
    () => {
      if (!mayRead) throw new Error('this test is about the feed')
      return read()
    }
  const readLists = whileItMay(directory.readLists)
  const readPeopleVersions = whileItMay(directory.readPeopleVersions)
  await world.worker({ directory: { ...directory, readLists, readPeopleVersions } }, never)
  await followedBy(world, 'full')
  mayRead = false
  await addMember(world, 'news', 'ada')
  await world.become((conf) => conf)
  // As the next read would: what the server can do is asked anew once its connection was found to be gone.
  await directory.readContextCsn()
  minute.isOver.resolve()
  await followedBy(world, 'syncrepl')
  await mirrorShows(world, 'news', 'ada')
  await removeMember(world, 'news', 'ada')
  expect(await mirrorShows(world, 'news', 'ada', false)).toBe(true)
})

it('once it shows when entries were changed, it is asked for what did', async (t) => {
  const world = await silentDirectory(t)
  await world.worker({}, often)
  await followedBy(world, 'full')
  await world.become(showingTimes)
  await waitUntil('a read has seen that', async () => {
    const times = await rows(world.db, `select 1 from member where version ~ '^\\d{14}Z$' limit 1`)
    return times.length === 1 ? true : null
  })
  minute.isOver.resolve()
  await followedBy(world, 'time')
  await addMember(world, 'news', 'ada')
  await remove(world, world.directory.listDn('choir'))
  await mirrorShows(world, 'news', 'ada')
  expect(await listIs(world, 'choir', 'gone')).toBe(true)
})
