import { pino } from 'pino'
import { expect, it } from 'vitest'
import { rows } from '../../domain/store/database.ts'
import { readWorkerConfig } from '../../worker/config.ts'
import { startWorker } from '../../worker/start-worker.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { createWorld } from '../_support/world.ts'

it('a worker on an older schema than it needs says what to do', async (t) => {
  const world = await createWorld({}, t)
  await rows(
    world.db,
    'delete from schema_migration where name = (select max(name) from schema_migration) returning 1',
  )
  const lines: string[] = []
  const log = pino({ level: 'error' }, { write: (line) => void lines.push(line) })
  const worker = await startWorker(readWorkerConfig(world.workerEnvironment({})), log)
  cleanUpAfter(t, () => worker.stop())
  await expect.poll(() => lines.join('')).toContain('bring it up to date with npm run migrate')
})
