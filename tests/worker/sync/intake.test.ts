import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { fullRead } from '../../../worker/sync/full-read.ts'
import { lookAtChanged } from '../../../worker/sync/feed-inbox.ts'
import { createIntake } from '../../../worker/sync/intake.ts'
import { doubtfulAfterMs } from '../../../worker/sync/sync-plan.ts'
import type { Worker } from '../../../worker/start-worker.ts'
import { waitUntil, type World } from '../../_support/world.ts'
import { addMember, addPerson, mirroredMembers, worldReadWhenAsked } from './_mirror.ts'

let world: World
let worker: Worker

beforeEach(async (t) => {
  ;({ world, worker } = await worldReadWhenAsked(t, {
    alertTo: { channelId: '400000000000000001', mailTo: null },
  }))
})

/** Somebody who has just begun to follow the directory. */
const follower = () => createIntake(worker.context, new AbortController().signal)

const named = async (list: string) =>
  lookAtChanged(
    await rows<{ entryUuid: string; version: string }>(
      world.db,
      `select entry_uuid, '' as version from list where name = :list`,
      { list },
    ),
  )

/** Whoever this is, as the directory names them. */
const person = async (uid: string) => {
  for await (const piece of worker.context.directory.readPeople())
    for (const found of piece) if (found.uid === uid) return lookAtChanged([found])
  throw new Error(`${uid} is not in the directory`)
}

const reported = (list: string) =>
  rows(world.db, `update list set drift = 'report' where name = :list`, { list })
const told = () => rows(world.db, `select words ->> 'text' as text from incident where kind = 'drift'`)
const toldOf = (uid: string) => [{ text: expect.stringContaining(uid) as unknown }]

const now = performance.now.bind(performance)
afterEach(() => void vi.restoreAllMocks())

/** For whoever measures, so much time has gone by. */
const timeGoesBy = (ms: number) => void vi.spyOn(performance, 'now').mockImplementation(() => now() + ms)

describe('admins are told at once of an edit by another tool', () => {
  beforeEach(() => reported('news'))

  it('that the directory names', async () => {
    const intake = follower()
    await intake.settle()
    await addMember(world, 'news', 'ada')
    await intake.lists(await named('news'))
    await intake.settle()
    expect(await told()).toEqual(toldOf('ada'))
  })

  it('that is seen while somebody new is looked for on the lists', async () => {
    const intake = follower()
    await intake.settle()
    await addPerson(world, 'newcomer')
    await addMember(world, 'news', 'newcomer')
    await addMember(world, 'news', 'ada')
    await intake.people(await person('newcomer'))
    await intake.settle()
    expect(await mirroredMembers(world, 'news')).toContain('newcomer')
    expect(await told()).toEqual(toldOf('ada'))
  })

  it('that whoever followed before saw, and died before they told', async () => {
    await addMember(world, 'news', 'ada')
    await waitUntil('it was read', () => fullRead(worker.context, { mode: 'incremental' }))
    expect(await told()).toEqual([])
    await follower().settle()
    expect(await told()).toEqual(toldOf('ada'))
  })
})

it('who is new, and whom the directory makes an admin, is one at once', async () => {
  const intake = follower()
  await intake.settle()
  const { adminGroup, personDn, ldapmodify } = world.directory
  await addPerson(world, 'newcomer')
  await ldapmodify(`dn: ${adminGroup}\nchangetype: modify\nadd: member\nmember: ${personDn('newcomer')}\n`)
  await intake.people(await person('newcomer'))
  await intake.settle()
  expect(await rows(world.db, `select is_admin from member where uid = 'newcomer'`)).toEqual([
    { isAdmin: true },
  ])
})

it('who was not looked for on the lists, because whoever followed before died, is looked for', async () => {
  await rows(world.db, `update member set placed = false where uid = 'carol'`)
  await rows(world.db, `delete from membership using member m where m.id = member_id and m.uid = 'carol'`)
  await follower().settle()
  expect(await mirroredMembers(world, 'news')).toContain('carol')
  expect(await rows(world.db, 'select uid from member where not placed')).toEqual([])
})

it('what a worker has in hand for a minute is doubtful, until it was looked at', async () => {
  const lease = (until: string) =>
    rows(
      world.db,
      `update list set lease_token = gen_random_uuid(), lease_until = now() + :until::interval where name = 'news'`,
      { until },
    )
  const intake = follower()
  await intake.settle()
  await addMember(world, 'news', 'ada')
  await lease('1 hour')
  await intake.lists(await named('news'))
  expect([intake.isSettled(), intake.isDoubtful()]).toEqual([false, false])
  timeGoesBy(doubtfulAfterMs + 1000)
  await intake.settle()
  expect([intake.isSettled(), intake.isDoubtful()]).toEqual([false, true])
  await lease('-1 second')
  timeGoesBy(2 * doubtfulAfterMs)
  await intake.settle()
  expect([intake.isSettled(), intake.isDoubtful()]).toEqual([true, false])
  expect(await mirroredMembers(world, 'news')).toContain('ada')
})
