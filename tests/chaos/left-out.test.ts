import { expect, it } from 'vitest'
import type { SyncMode } from '../../domain/contracts/sync-run.ts'
import { rows } from '../../domain/store/database.ts'
import { fullRead } from '../../worker/sync/full-read.ts'
import { createWorld } from '../_support/world.ts'

it.for<SyncMode>(['incremental', 'full'])(
  'a list that a listing left out is still there (%s)',
  async (mode, t) => {
    const world = await createWorld({}, t)
    const { context } = await world.worker(
      { followsDirectory: false },
      { SYNC_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600' },
    )
    await world.mirrored()
    const before = await rows(world.db, 'select name, state from list order by name')
    const { readLists, readListsWithMembers } = context.directory
    const directory = {
      ...context.directory,
      async *readLists() {
        for await (const piece of readLists()) yield piece.slice(1)
      },
      async *readListsWithMembers() {
        for await (const piece of readListsWithMembers()) yield piece.slice(1)
      },
    }
    await fullRead({ ...context, directory }, { mode })
    expect(await rows(world.db, 'select name, state from list order by name')).toEqual(before)
  },
)
