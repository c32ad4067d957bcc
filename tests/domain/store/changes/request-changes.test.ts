import { beforeAll, expect, it } from 'vitest'
import { rows } from '../../../../domain/store/database.ts'
import { createWorld, type World } from '../../../_support/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
  const worker = await world.worker()
  await world.mirrored()
  await worker.stop()
})

const open = (uid: string) =>
  rows<{ list: string; state: string }>(
    world.db,
    `select l.name as list, c.state from change c join list l on l.id = c.list_id join member m on m.id = c.member_id
     where m.uid = :uid and c.state in ('queued', 'awaiting_approval', 'applying') order by l.name`,
    { uid },
  )

it('takes two words about one list at once in some order, and keeps one', async () => {
  const asked = await Promise.all([
    world.request('bob', 'subscribe', 'news'),
    world.request('bob', 'subscribe', 'news'),
    world.request('bob', 'unsubscribe', 'news'),
    world.request('bob', 'subscribe', 'news'),
  ])
  expect(asked.every((change) => change.id === null || change.list === 'news')).toBe(true)
  expect((await open('bob')).length).toBeLessThanOrEqual(1)
  const last = await world.request('bob', 'subscribe', 'news')
  expect(last).toMatchObject({ state: 'queued', action: 'subscribe' })
})

it('loses nothing of two words about different lists at once', async () => {
  await Promise.all([
    world.request('alice', 'subscribe', 'news'),
    world.request('alice', 'subscribe', 'events'),
  ])
  expect((await open('alice')).map((row) => row.list)).toEqual(['events', 'news'])
})

it('answers what stands with the directory’s own version, and makes no change of it', async () => {
  const change = await world.request('carol', 'subscribe', 'NEWS')
  expect(change).toMatchObject({
    id: null,
    list: 'news',
    state: 'applied',
    via: 'sync',
    proof: { how: 'found' },
  })
  expect(change.proof?.version).toContain('#')
  expect(await open('carol')).toEqual([])
})

it('does not believe a mirror that is too old', async () => {
  await rows(world.db, `update sync_run set ended_at = now() - interval '1 hour'`)
  // The feed may have been confirmed before its worker was stopped.
  await rows(world.db, 'update feed set confirmed_at = null')
  expect(await world.request('dave', 'unsubscribe', 'events')).toMatchObject({ state: 'queued' })
  await rows(world.db, 'update sync_run set ended_at = now()')
})

it('refuses names that are not lists, and writes nothing of a map with one of them', async () => {
  await expect(world.request('erin', 'subscribe', `news'); drop table list; --`)).rejects.toMatchObject({
    code: 'NOT_FOUND',
    reason: 'LIST_NOT_FOUND',
  })
  expect(await open('erin')).toEqual([])
})

it('never fails, and never writes a false word, while workers take up and give back the same changes', async (t) => {
  const busy = await createWorld({}, t)
  await busy.worker({}, { WRITES: 'off' })
  await busy.mirrored()
  const asked = Array.from({ length: 60 }, (_, index) =>
    busy.request('bob', index % 2 === 0 ? 'subscribe' : 'unsubscribe', 'news'),
  )
  const changes = await Promise.all(asked)
  expect(changes.filter((change) => change.list !== 'news')).toEqual([])
  const lies = await rows(
    busy.db,
    `select a.subject_id from audit_entry a join change c on c.id::text = a.subject_id
     where a.event = 'change.superseded' and c.state <> 'superseded'`,
  )
  expect(lies).toEqual([])
})
