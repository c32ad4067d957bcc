import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { raiseAlert } from '../../../domain/store/incidents/raise-alert.ts'
import { createWorld } from '../../_support/world.ts'

it('what has happened once ends after a week: as expired, or as over where somebody had looked after it', async (t) => {
  const world = await createWorld({}, t)
  const { context } = await world.worker()
  const words = { content: 'x', subject: 'x', text: 'x' }
  for (const kind of ['drift', 'change-failed', 'list-entry-failed', 'redis-full'] as const)
    await raiseAlert(context, { ...words, key: `${kind} of before`, kind })
  await raiseAlert(context, { ...words, key: 'drift that was seen', kind: 'drift' })
  await raiseAlert(context, { ...words, key: 'drift of now', kind: 'drift' })
  await rows(world.db, `update incident set state = 'acknowledged' where key = 'drift that was seen'`)
  await rows(world.db, `update incident set last_at = now() - interval '8 days' where key <> 'drift of now'`)
  await expect.poll(() => context.jobs.healthy()).toBe(true)
  await context.jobs.now('prune', {})
  const ended = async () => {
    const found = await rows<{ key: string; outcome: string | null }>(
      world.db,
      `select key, outcome from incident where state = 'resolved' order by key`,
    )
    return found.map(({ key, outcome }) => [key, outcome])
  }
  await expect.poll(ended).toEqual([
    ['change-failed of before', 'expired'],
    ['drift of before', 'expired'],
    ['drift that was seen', 'over'],
    ['list-entry-failed of before', 'expired'],
  ])
})
