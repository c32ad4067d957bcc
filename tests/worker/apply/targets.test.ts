import { pino } from 'pino'
import { beforeEach, expect, it } from 'vitest'
import { type Directory, openDirectory } from '../../../adapters/ldap/directory.ts'
import { DirectoryFailure, IncompleteRead } from '../../../adapters/ldap/failure.ts'
import { rows } from '../../../domain/store/database.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'

let world: World
beforeEach(async (t) => {
  world = await createWorld({}, t)
})

/** The adapter that the worker would make for itself, to be interfered with. */
function ownDirectory(more: { timeoutMs?: number } = {}) {
  const { directory } = world
  return openDirectory({ ...asWorker(directory), ...more })
}

const refusal = () => new DirectoryFailure('pause', 50, 'the directory answered 50: no write access')

type Modify = Directory['modifyMembers']

/** A worker whose modifies go through `modify`; other workers' do not. */
const workerThat = (modify: (real: Modify) => Modify) => {
  const directory = ownDirectory()
  return world.worker({ directory: { ...directory, modifyMembers: modify(directory.modifyMembers) } })
}

const paused = (code?: string) =>
  waitUntil('the target is paused', async () => {
    const [target] = await rows<{ reasonCode: string }>(
      world.db,
      'select reason_code from target where paused_at is not null',
    )
    return target && (code === undefined || target.reasonCode === code) ? target : null
  })

const resumed = () =>
  waitUntil('the target takes changes again', async () => {
    const [target] = await rows<{ name: string }>(world.db, 'select name from target where paused_at is null')
    return target ?? null
  })

const incidents = () =>
  rows<{ key: string; state: string; count: number; actions: string[] }>(
    world.db,
    'select key, state, count, actions from incident order by began_at',
  )

/** On a busy machine it has been probed often by now, and would wait for up to a minute; a probe on its way says when the next one is due. */
const probedAtOnce = () =>
  waitUntil('the target takes changes again', async () => {
    await rows(
      world.db,
      'update target set probe_at = now() where paused_at is not null and probe_at > now()',
    )
    const [target] = await rows(world.db, 'select name from target where paused_at is null')
    return target ?? null
  })

/** Of a change, and of what admins see. */
const attemptsOf = async (id: string | null) => {
  const [change] = await rows<{ attempts: number }>(world.db, 'select attempts from change where id = :id', {
    id,
  })
  return change?.attempts
}

it('keeps what is accepted while the directory is away, burns no attempt, and applies it once it is back', async () => {
  const said: { msg: string; code?: string; reason?: string }[] = []
  const log = pino({}, { write: (line) => void said.push(JSON.parse(line) as (typeof said)[number]) })
  // Nobody sweeps: whoever resumes it wakes the lanes.
  await world.worker({ log }, { SWEEP_INTERVAL_S: '3600' })
  await world.mirrored()
  await world.directory.kill9()
  const changes = await Promise.all([
    world.request('bob', 'subscribe', 'news'),
    world.request('alice', 'subscribe', 'news'),
    world.request('lena', 'subscribe', 'newcomers'),
  ])
  await paused('unreachable')
  await waitUntil('it was probed again and again', async () => {
    const [target] = await rows(world.db, 'select 1 from target where probes >= 3')
    return target ?? null
  })
  for (const { id } of changes) {
    expect(await world.change(id)).toMatchObject({ state: 'queued' })
    expect(await attemptsOf(id)).toBe(0)
  }
  await world.directory.restart()
  for (const { id } of changes)
    expect(await world.ended(id)).toMatchObject({ state: 'applied', proof: { how: 'modified' } })
  // Once for each reason that it was away for, and not at each probe.
  const reasons = said
    .filter(({ msg }) => msg === 'the target is still paused')
    .map(({ code, reason }) => `${code} ${reason}`)
  expect(reasons.length).toBeGreaterThan(0)
  expect(new Set(reasons).size).toBe(reasons.length)
  expect(said.filter(({ msg }) => msg === 'the target takes changes again')).toHaveLength(1)
})

it('notices a directory that is frozen, and applies once what it did before it froze', async () => {
  const real = ownDirectory({ timeoutMs: 2000 })
  let frozen = false
  await world.worker({
    directory: {
      ...real,
      modifyMembers: async (dn, change) => {
        if (frozen) return real.modifyMembers(dn, change)
        frozen = true
        await real.modifyMembers(dn, change)
        world.directory.pause()
        throw new DirectoryFailure('unknown-outcome', null, 'Operation timed out')
      },
    },
  })
  await world.mirrored()
  const change = await world.request('bob', 'subscribe', 'news')
  await paused('unreachable')
  world.directory.resume()
  expect(await world.ended(change.id)).toMatchObject({ state: 'applied', proof: { how: 'found' } })
  expect(await attemptsOf(change.id)).toBe(0)
  // What we did ourselves is nobody else's edit.
  expect(await rows(world.db, 'select id from drift')).toEqual([])
}, 40_000)

it('writes nothing while the directory refuses us, alerts once, and resumes by itself', async () => {
  const news = world.directory.listDn('news')
  let refuses = true
  let mended = false
  let tried = 0
  await workerThat((modify) => async (dn, change) => {
    tried += 1
    // Not between the trial of one list and that of another: the first would be taken for refused alone.
    if (mended && dn === news) refuses = false
    if (refuses) throw refusal()
    return modify(dn, change)
  })
  await world.mirrored()
  const first = await world.request('bob', 'subscribe', 'news')
  await paused('50')
  const others = await Promise.all(
    ['newcomers', 'jobs', 'alumni'].map((list) => world.request('bob', 'subscribe', list)),
  )
  await waitUntil('admins are told', async () => ((await incidents()).length > 0 ? true : null))
  await waitUntil('it was tried again', async () => {
    const [target] = await rows<{ probes: number }>(world.db, 'select probes from target where probes >= 3')
    return target ?? null
  })
  // One list at a time, and never all that wait.
  expect(tried).toBeLessThanOrEqual(1 + 2 * 4)
  expect(await incidents()).toMatchObject([{ key: 'target-paused ldap', state: 'open', count: 1 }])
  expect(await attemptsOf(first.id)).toBe(0)
  mended = true
  await probedAtOnce()
  for (const { id } of [first, ...others])
    expect(await world.ended(id)).toMatchObject({ state: 'applied', proof: { how: 'modified' } })
  await resumed()
  await waitUntil('the incident is over', async () =>
    (await incidents()).every(({ state }) => state === 'resolved') ? true : null,
  )
}, 30_000)

it('goes on with the other lists when the directory refuses one of them', async () => {
  const news = world.directory.listDn('news')
  let refuses = true
  let tried = 0
  /** When the first of the others was taken. */
  let triedByThen = 0
  await workerThat((modify) => async (dn, change) => {
    if (dn === news) tried += 1
    else triedByThen ||= tried
    if (dn === news && refuses) throw refusal()
    return modify(dn, change)
  })
  await world.mirrored()
  const refused = await world.request('bob', 'subscribe', 'news')
  await paused('50')
  const others = await Promise.all(
    ['newcomers', 'jobs', 'alumni'].map((list) => world.request('bob', 'subscribe', list)),
  )
  for (const { id } of others) {
    const ended = await world.ended(id)
    expect(ended.state).toBe('applied')
  }
  await resumed()
  expect(await world.change(refused.id)).toMatchObject({ state: 'queued' })
  await waitUntil('admins know of that list alone', async () => {
    const open = (await incidents()).filter(({ state }) => state === 'open')
    return open.length === 1 && open[0]?.key.startsWith('target-paused ldap ') ? true : null
  })

  // A server may count what it refuses: it waits for its own time.
  expect(tried).toBe(triedByThen)

  const makeDue = () => rows(world.db, `update change set due_at = now() where state = 'queued'`)
  // Tried again and again, it is refused again and again, and nobody else waits for that.
  for (let round = 0; round < 3; round += 1) {
    const before = tried
    await waitUntil('it was tried again', async () => {
      await makeDue()
      return tried > before ? true : null
    })
    expect(await rows(world.db, 'select name from target where paused_at is not null')).toEqual([])
  }
  expect(await attemptsOf(refused.id)).toBe(0)
  refuses = false
  await waitUntil('it is applied', async () => {
    await makeDue()
    return (await world.change(refused.id)).state === 'applied' ? true : null
  })
  await waitUntil('the incident is over', async () =>
    (await incidents()).every(({ state }) => state === 'resolved') ? true : null,
  )
}, 30_000)

it('goes on with the other lists when the directory never gives one of them whole', async () => {
  const directory = ownDirectory()
  const cause = new DirectoryFailure('pause', 11, 'the directory answered 11: adminLimitExceeded')
  let news = ''
  let tried = 0
  await world.worker({
    directory: {
      ...directory,
      findList: async (entryUuid) => {
        const found = await directory.findList(entryUuid)
        if (entryUuid !== news) return found
        tried += 1
        throw new IncompleteRead('the directory did not give everything', { cause })
      },
    },
  })
  await world.mirrored()
  const [list] = await rows<{ entryUuid: string }>(
    world.db,
    `select entry_uuid from list where name = 'news'`,
  )
  news = list?.entryUuid ?? ''
  await world.request('bob', 'subscribe', 'news')
  await paused('11')
  const other = await world.request('bob', 'subscribe', 'jobs')
  expect(await world.ended(other.id)).toMatchObject({ state: 'applied' })
  await resumed()
  // Known for it by now, it is met again and again, and pauses nothing.
  for (let round = 0; round < 3; round += 1) {
    const before = tried
    await waitUntil('it was tried again', async () => {
      await rows(world.db, `update change set due_at = now() where state = 'queued'`)
      return tried > before ? true : null
    })
    const next = await world.request('bob', round % 2 === 0 ? 'unsubscribe' : 'subscribe', 'jobs')
    expect(await world.ended(next.id)).toMatchObject({ state: 'applied' })
    expect(await rows(world.db, 'select name from target where paused_at is not null')).toEqual([])
  }
  expect(await rows(world.db, `select name from list where refused_code = '11'`)).toEqual([{ name: 'news' }])
})

it('tells admins no more of a list that it refuses alone once nothing is wanted of it', async () => {
  const news = world.directory.listDn('news')
  await workerThat((modify) => async (dn, change) => {
    if (dn === news) throw refusal()
    return modify(dn, change)
  })
  await world.mirrored()
  await world.request('bob', 'subscribe', 'news')
  await paused('50')
  const other = await world.request('bob', 'subscribe', 'jobs')
  expect(await world.ended(other.id)).toMatchObject({ state: 'applied' })
  await waitUntil('admins know of that list alone', async () => {
    const open = (await incidents()).filter(({ state }) => state === 'open')
    return open.length === 1 && open[0]?.key.startsWith('target-paused ldap ') ? true : null
  })
  await world.request('bob', 'unsubscribe', 'news')
  await waitUntil('the incident is over', async () =>
    (await incidents()).every(({ state }) => state === 'resolved') ? true : null,
  )
}, 30_000)

it('tells admins when a directory that was away refuses us once it is back', async () => {
  const real = ownDirectory()
  let state: 'away' | 'refuses' | 'serves' = 'away'
  await world.worker({
    directory: {
      ...real,
      probe: async () => {
        if (state === 'away') throw new DirectoryFailure('transient', null, 'connect ECONNREFUSED')
        if (state === 'refuses') throw new DirectoryFailure('pause', 49, 'the directory answered 49')
        return real.probe()
      },
      modifyMembers: async (dn, change) => {
        if (state !== 'serves') throw new DirectoryFailure('unknown-outcome', null, 'Connection closed')
        return real.modifyMembers(dn, change)
      },
    },
  })
  await world.mirrored()
  const { id } = await world.request('bob', 'subscribe', 'news')
  await paused('unreachable')
  state = 'refuses'
  await paused('49')
  await waitUntil('admins are told', async () =>
    (await incidents()).some(({ key, state: is }) => key === 'target-paused ldap' && is === 'open')
      ? true
      : null,
  )
  state = 'serves'
  await probedAtOnce()
  expect(await world.ended(id)).toMatchObject({ state: 'applied' })
}, 30_000)

it('burns no attempt on a connection that could not be made, though the directory is back when one asks', async () => {
  let isBack = false
  await workerThat((modify) => async (dn, change) => {
    if (isBack) return modify(dn, change)
    isBack = true
    throw new DirectoryFailure('transient', null, 'connect ECONNREFUSED')
  })
  await world.mirrored()
  const { id } = await world.request('bob', 'subscribe', 'news')
  expect(await world.ended(id)).toMatchObject({ state: 'applied' })
  expect(await attemptsOf(id)).toBe(0)
})

it('takes a directory for one that refuses us, not for one that is away, when it says so after a modify broke off', async () => {
  const real = ownDirectory()
  await world.worker({
    directory: {
      ...real,
      // Later it answers probes, and goes on breaking off what it is asked for.
      probe: async () => {
        const paused = await rows(world.db, 'select 1 from target where paused_at is not null')
        if (paused.length === 0) throw new DirectoryFailure('pause', 49, 'the directory answered 49')
      },
      modifyMembers: () => Promise.reject(new DirectoryFailure('unknown-outcome', null, 'Connection closed')),
    },
  })
  await world.mirrored()
  const { id } = await world.request('bob', 'subscribe', 'news')
  await paused('49')
  expect(await attemptsOf(id)).toBe(0)
})

it('does not take a list that is slow for one that is taken', async () => {
  const news = world.directory.listDn('news')
  let ails = true
  let mended = false
  let slowTries = 0
  await workerThat((modify) => async (dn, change) => {
    // Not between the trial of one list and that of another: the first would be taken for refused alone.
    if (mended && dn === news) ails = false
    if (ails && dn === news) throw refusal()
    if (ails) {
      slowTries += 1
      throw new DirectoryFailure('unknown-outcome', null, 'Operation timed out')
    }
    return modify(dn, change)
  })
  await world.mirrored()
  const refused = await world.request('bob', 'subscribe', 'news')
  await paused('50')
  const slow = await world.request('bob', 'subscribe', 'jobs')
  await waitUntil('the slow one was tried', async () => (slowTries > 0 ? true : null))
  await waitUntil('it was probed once more', async () => {
    const [target] = await rows(world.db, 'select 1 from target where paused_at is not null and probes >= 3')
    return target ?? null
  })
  expect((await incidents()).map(({ key }) => key)).toEqual(['target-paused ldap'])
  mended = true
  await probedAtOnce()
  for (const { id } of [refused, slow]) expect(await world.ended(id)).toMatchObject({ state: 'applied' })
}, 40_000)

it('does not take a list for refused alone that is merely slow when it is tried again', async () => {
  const news = world.directory.listDn('news')
  let isSlow = false
  await workerThat((modify) => async (dn, change) => {
    if (dn !== news) return modify(dn, change)
    throw isSlow ? new DirectoryFailure('unknown-outcome', null, 'Operation timed out') : refusal()
  })
  await world.mirrored()
  await world.request('bob', 'subscribe', 'news')
  await paused('50')
  isSlow = true
  const other = await world.request('bob', 'subscribe', 'jobs')
  await probedAtOnce()
  expect(await world.ended(other.id)).toMatchObject({ state: 'applied' })
  expect(await rows(world.db, 'select name from list where refused_code is not null')).toEqual([])
}, 30_000)

it('says so when it is refused for another reason', async () => {
  let code = 50
  await workerThat(
    () => () => Promise.reject(new DirectoryFailure('pause', code, `the directory answered ${code}`)),
  )
  await world.mirrored()
  await world.request('bob', 'subscribe', 'news')
  await paused('50')
  await waitUntil('admins are told', async () => ((await incidents()).length > 0 ? true : null))
  code = 53
  await paused('53')
  await waitUntil('admins are told anew', async () => {
    const [incident] = await rows<{ text: string }>(world.db, `select words ->> 'text' as text from incident`)
    return incident?.text.includes('answered 53') ? true : null
  })
  expect(await incidents()).toMatchObject([{ key: 'target-paused ldap', state: 'open' }])
}, 30_000)

it('tells admins, and that it is over, though the workers who knew are dead', async () => {
  await rows(
    world.db,
    `update target set paused_at = now(), reason_code = '50', reason = 'no write access', probes = 2,
       probe_at = now() + interval '1 hour'`,
  )
  await world.worker()
  await waitUntil('admins are told', async () =>
    (await incidents()).some(({ key, state }) => key === 'target-paused ldap' && state === 'open')
      ? true
      : null,
  )
  await rows(
    world.db,
    'update target set paused_at = null, reason_code = null, reason = null, probes = 0, probe_at = null',
  )
  await waitUntil('it is over', async () =>
    (await incidents()).every(({ state }) => state === 'resolved') ? true : null,
  )
  expect(await incidents()).toHaveLength(1)
})

it('does not pause for a list that is slow alone: it waits by itself', async () => {
  const news = world.directory.listDn('news')
  let slow = true
  await workerThat((modify) => async (dn, change) => {
    if (dn === news && slow) throw new DirectoryFailure('unknown-outcome', null, 'Operation timed out')
    return modify(dn, change)
  })
  await world.mirrored()
  const waiting = await world.request('bob', 'subscribe', 'news')
  await waitUntil('it was tried', async () => ((await attemptsOf(waiting.id)) === 0 ? null : true))
  expect(await rows(world.db, 'select name from target where paused_at is not null')).toEqual([])
  expect(await world.ended((await world.request('bob', 'subscribe', 'jobs')).id)).toMatchObject({
    state: 'applied',
  })
  slow = false
  expect(await world.ended(waiting.id)).toMatchObject({ state: 'applied' })
})

it('is probed by another worker when the one that paused it dies', async () => {
  const first = await workerThat(() => () => Promise.reject(refusal()))
  await world.mirrored()
  const change = await world.request('bob', 'subscribe', 'news')
  await paused('50')
  await first.stop()
  await world.worker()
  expect(await world.ended(change.id)).toMatchObject({ state: 'applied' })
}, 30_000)
