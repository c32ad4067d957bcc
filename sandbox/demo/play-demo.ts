import { styleText } from 'node:util'
import { createSession, type Session } from '../prompt/session.ts'
import type { Screen } from '../prompt/screen.ts'
import { seconds } from '../start/progress.ts'
import type { System } from '../start/start-system.ts'
import { type Step, story } from './story.ts'

type DemoOptions = { screen: Screen; startedAt: number; stopping: AbortSignal }

/** Plays the main path step by step; false as soon as one of them goes otherwise than it should. */
export async function playDemo(
  system: System,
  { screen, startedAt, stopping }: DemoOptions,
): Promise<boolean> {
  const session = createSession(system, screen)
  const steps = story(session)
  for (const [index, step] of steps.entries()) {
    stopping.throwIfAborted()
    screen.print(`\n${styleText('bold', `${index + 1}. ${step.title}`)}`)
    if (!(await play(step, session))) return false
  }
  screen.print(
    `\n${styleText(['bold', 'green'], `All ${steps.length} steps went as they should`)}, in ${seconds(startedAt)} from the very start.`,
  )
  return true
}

async function play({ play }: Step, { screen, system }: Session): Promise<boolean> {
  const since = performance.now()
  try {
    const seen = await play()
    screen.print(
      `   ${styleText('green', '✔')} ${seen} ${styleText('dim', `(${Math.round(performance.now() - since)} ms)`)}`,
    )
    return true
  } catch (error) {
    screen.print(`   ${styleText('red', '✘')} ${error instanceof Error ? error.message : String(error)}`)
    for (const name of ['api', 'worker', 'bot'] as const)
      screen.print([`   The last that ${name} said:`, ...system.logs.last(name)].join('\n     '))
    return false
  }
}
