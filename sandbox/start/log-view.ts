import { createWriteStream, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { hideSecrets } from '../../adapters/log/hide-secrets.ts'
import type { Screen } from '../prompt/screen.ts'
import { logLine, type ProcessName } from './log-line.ts'

/** What may be said to the command `log`. */
export const logModes = ['on', 'off', 'warn', 'api', 'bot', 'worker'] as const

/** `on` all of it, `off` nothing, `warn` warnings and worse, a name: all of that process and the others' warnings. */
export type LogMode = (typeof logModes)[number]

export type LogView = {
  mode: LogMode
  take(source: ProcessName, raw: string): void
  /** The last lines of a process, for people. */
  last(source: ProcessName): string[]
  close(): Promise<void>
}

const warn = 40
const remembered = 15

/** Writes what the processes log to `dir`, whole, and shows of it what is wanted at the moment. */
export function createLogView(dir: string, { screen, mode }: { screen: Screen; mode: LogMode }): LogView {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  // Of this start only; older ones would be read by nobody and grow for ever.
  const open = (name: ProcessName) => createWriteStream(join(dir, `${name}.log`), { flags: 'w', mode: 0o600 })
  const files = { api: open('api'), worker: open('worker'), bot: open('bot') }
  const lasts: Record<ProcessName, string[]> = { api: [], worker: [], bot: [] }
  const view: LogView = {
    mode,
    take(source, given) {
      // What a process logs has no secrets any more; what it says as it crashes may.
      const raw = hideSecrets(given)
      files[source].write(`${raw}\n`)
      const line = logLine(source, raw)
      lasts[source] = [...lasts[source], line.text].slice(-remembered)
      const isWanted = view.mode === 'on' || view.mode === source
      if (isWanted || (view.mode !== 'off' && line.level >= warn)) screen.print(line.text)
    },
    last: (source) => lasts[source],
    async close() {
      await Promise.all(Object.values(files).map((file) => promisify(file.end.bind(file))()))
    },
  }
  return view
}
