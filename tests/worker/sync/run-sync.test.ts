import { expect, it } from 'vitest'
import { IncompleteRead } from '../../../adapters/ldap/failure.ts'
import { rows } from '../../../domain/store/database.ts'
import { confirmFeeds, openFeed } from '../../../domain/store/mirror/feed.ts'
import { queueSyncRun } from '../../../domain/store/mirror/queue-sync-run.ts'
import { alertIncompleteRead } from '../../../worker/sync/alert-incomplete-read.ts'
import { catchUp, reconcile } from '../../../worker/sync/run-sync.ts'
import { worldReadWhenAsked } from './_mirror.ts'

const modes = async ({ db }: Parameters<typeof catchUp>[0]) =>
  (await rows<{ mode: string }>(db, 'select mode from sync_run order by id')).map(({ mode }) => mode)

it('by the clock a directory is read only where no live feed was confirmed within the interval, and then only what differs', async (t) => {
  const { context } = (await worldReadWhenAsked(t)).worker
  for (const base of ['people', 'lists'] as const) await openFeed(context.db, base, 'syncrepl')
  await confirmFeeds(context.db, 0)
  await catchUp(context)
  expect(await modes(context)).toEqual(['full'])
  await rows(
    context.db,
    `update feed set confirmed_at = now() - make_interval(secs => :ageS) where base = 'lists'`,
    { ageS: context.syncIntervalS + 60 },
  )
  await catchUp(context)
  expect(await modes(context)).toEqual(['full', 'incremental'])
})

it('everything is compared once within half the interval of that, however often the clock asks', async (t) => {
  const { context } = (await worldReadWhenAsked(t)).worker
  await alertIncompleteRead(context, new IncompleteRead('a size limit'))
  const incidents = () => rows(context.db, 'select kind, state from incident')
  await reconcile(context)
  expect(await modes(context)).toEqual(['full'])
  expect(await incidents()).toEqual([{ kind: 'read-incomplete', state: 'open' }])
  await rows(context.db, 'update sync_run set ended_at = ended_at - make_interval(secs => :agoS)', {
    agoS: context.reconcileIntervalS / 2 + 60,
  })
  await reconcile(context)
  expect(await modes(context)).toEqual(['full', 'full'])
  expect(await incidents()).toEqual([{ kind: 'read-incomplete', state: 'resolved' }])
})

it('that a read stopped short is over once one that somebody asked for is whole', async (t) => {
  const { world, worker } = await worldReadWhenAsked(t)
  await alertIncompleteRead(worker.context, new IncompleteRead('a size limit'))
  const memberId = await world.memberId('ada')
  await world.db.transaction((tx) =>
    queueSyncRun(tx, { mode: 'incremental', dryRun: false, memberId, via: 'api', requestId: null }),
  )
  await expect
    .poll(() => rows(world.db, 'select kind, state from incident'))
    .toEqual([{ kind: 'read-incomplete', state: 'resolved' }])
})
