import * as fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../domain/store/database.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { createTestDatabase } from '../_support/servers.ts'
import { contradictions } from './change-machine-model.ts'
import { anyStory, type Step, told } from './change-machine-steps.ts'
import { stories } from './change-machine-stories.ts'
import { unknownMoves, watchMoves } from './change-machine-moves.ts'
import { comeToRest, peopleTheDatabase, play, setStage, type Stage } from './change-machine-story.ts'

/** The same stories every time; others, and more: CHANGE_MACHINE_SEED=7 CHANGE_MACHINE_RUNS=1000 */
const seed = Number(process.env['CHANGE_MACHINE_SEED'] ?? 20_261_121)
/** `off`: the first story that goes wrong is told as it is, not the shortest one. */
const endOnFailure = process.env['CHANGE_MACHINE_SHORTEN'] === 'off'
const numRuns = Number(process.env['CHANGE_MACHINE_RUNS'] ?? 300)

let db: Database
beforeAll(async () => {
  const { url } = await createTestDatabase()
  db = openDatabase(url, { name: 'test' })
  cleanUpAfter(undefined, () => db.destroy())
  await peopleTheDatabase(db)
  await watchMoves(db)
})

it(
  `whatever happens in whatever order, it ends as a simple model says (seed ${seed})`,
  { timeout: 30_000 + numRuns * 500 },
  async () => {
    await fc.assert(
      fc.asyncProperty(anyStory, async (story) => {
        expect(await whatIsWrongAfter(story)).toEqual([])
      }),
      { seed, numRuns, endOnFailure, reporter: throwReport },
    )
  },
)

it.each(stories.map(({ name, story }) => [name, story] as const))('%s', async (_, story) => {
  expect(await whatIsWrongAfter(story)).toEqual([])
})

async function whatIsWrongAfter(story: readonly Step[]): Promise<string[]> {
  const stage = await setStage(db)
  const ended = new Map<string, string>()
  for (const step of story) {
    await play(stage, step)
    await whatEndedStays(stage, ended)
  }
  await comeToRest(stage)
  await whatEndedStays(stage, ended)
  return [...(await unknownMoves(db)), ...(await contradictions(stage))]
}

/** A change that has ended never moves again. */
async function whatEndedStays(stage: Stage, ended: Map<string, string>): Promise<void> {
  for (const change of await stage.changes()) {
    if (!['applied', 'failed', 'superseded', 'cancelled'].includes(change.state)) continue
    const now = JSON.stringify(change)
    expect(now).toBe(ended.get(change.id) ?? now)
    ended.set(change.id, now)
  }
}

/** The shortest story that goes wrong, a line for each step. */
function throwReport(run: fc.RunDetails<[Parameters<typeof told>[0][]]>): void {
  if (!run.failed) return
  const story = run.counterexample?.[0].map(told).join('\n  ')
  throw new Error(
    `CHANGE_MACHINE_SEED=${run.seed}: after ${run.numRuns} stories (${run.numShrinks} times shortened) this one went wrong:\n  ${story}`,
    { cause: run.errorInstance },
  )
}
