import { styleText } from 'node:util'
import type { Screen } from '../prompt/screen.ts'

/** Does a piece of work and says that it is done and how long it took; `note` adds what is worth knowing. */
export type Progress = <Result>(
  what: string,
  work: () => Promise<Result>,
  note?: (result: Result) => string,
) => Promise<Result>

/** Longer than this, and a line says that it is still at it. */
const patienceMs = 4000

/** A line for each piece once it is done, and now and then one while it lasts. */
export function showProgress(screen: Screen): Progress {
  return async (what, work, note) => {
    const startedAt = performance.now()
    const ticker = setInterval(() => {
      screen.print(styleText('dim', `  … ${what.padEnd(12)} ${seconds(startedAt).padStart(6)}  still at it`))
    }, patienceMs)
    try {
      const result = await work()
      const detail = styleText('dim', `${seconds(startedAt).padStart(6)}  ${note?.(result) ?? ''}`.trimEnd())
      screen.print(`  ${styleText('green', '✔')} ${what.padEnd(12)} ${detail}`)
      return result
    } finally {
      clearInterval(ticker)
    }
  }
}

/** `1.2 s`, from a moment of `performance.now()` until now. */
export function seconds(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`
}
