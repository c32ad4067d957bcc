import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError, exitConfig } from '../domain/contracts/read-environment.ts'
import { playDemo } from './demo/play-demo.ts'
import { prompt } from './prompt/prompt.ts'
import { createScreen } from './prompt/screen.ts'
import { FolderInUse, openDataFolder } from './start/data-folder.ts'
import { givenEnvironment, nothingGiven } from './start/given-environment.ts'
import { readOptions, type StartOptions, usage } from './start/options.ts'
import { startSystem, type SystemOptions } from './start/start-system.ts'
import { ConfigRefused } from './start/until-ready.ts'
import { welcome } from './start/welcome.ts'

// sysexits.h
const exitUsage = 64
const exitTempFail = 75

const root = join(import.meta.dirname, '..')
const startedAt = performance.now()
const screen = createScreen(process.stdout)
const options = optionsOrExit()
const stopping = new AbortController()
stopOnSignals()
process.exit(await run(options))

function optionsOrExit(): StartOptions {
  try {
    const read = readOptions(process.argv.slice(2), root)
    if (!read.help) return read
    console.log(usage)
    process.exit(0)
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${usage}`)
    process.exit(exitUsage)
  }
}

/** Brings it up, lets people (or the demo) at it, and stops all of it, however that went. */
async function run({ demo, reset, dataDir: wanted }: StartOptions): Promise<number> {
  let code = 0
  const owner = new AsyncDisposableStack()
  try {
    const dataDir = wanted ?? throwawayFolder(owner)
    const { release } = await openDataFolder(dataDir, { reset })
    owner.defer(release)
    const given = demo ? nothingGiven() : givenEnvironment(root)
    const shared = { root, dataDir, given, screen, stopping: stopping.signal, owner }
    if (demo) code = await runDemo(shared)
    else await runPrompt(shared, reset)
    screen.print('Stopping ...')
  } catch (error) {
    if (stopping.signal.aborted) screen.print('Stopping ...')
    else code = explain(error)
  }
  try {
    await owner.disposeAsync()
  } catch (error) {
    screen.print(`Not everything stopped as it should: ${messageOf(error)}`)
    code ||= 1
  }
  return code
}

type Shared = Omit<SystemOptions, 'isThrowaway' | 'logMode'>

async function runPrompt(shared: Shared, isReset: boolean): Promise<void> {
  screen.print(`Starting guildpost${isReset ? ' anew' : ''}. Its data is kept in ${shared.dataDir}.`)
  const system = await startSystem({ ...shared, isThrowaway: false, logMode: 'on' })
  system.logs.mode = 'warn'
  welcome(system, { screen, dataDir: shared.dataDir, startedAt })
  const historyFile = join(shared.dataDir, 'history')
  await prompt({ system, screen, historyFile, stopping: stopping.signal })
}

async function runDemo(shared: Shared): Promise<number> {
  screen.print(`guildpost’s main path, played on throwaway data.`)
  const system = await startSystem({ ...shared, isThrowaway: true, logMode: 'warn' })
  return (await playDemo(system, { screen, startedAt, stopping: stopping.signal })) ? 0 : 1
}

function throwawayFolder(owner: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), 'guildpost-demo-'))
  owner.defer(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Says what went wrong, and gives the exit code for it. */
function explain(error: unknown): number {
  screen.print(`\n${messageOf(error)}\n`)
  if (error instanceof FolderInUse) return exitTempFail
  return error instanceof ConfigError || error instanceof ConfigRefused ? exitConfig : 1
}

/** Ctrl-C, a kill, a closed window, and the death of whoever started us (npm). */
function stopOnSignals(): void {
  let firstAt = 0
  const stop = () => {
    if (firstAt !== 0 && performance.now() - firstAt > 1000) {
      console.log('Leaving at once. What still runs ends by itself within seconds.')
      process.exit(1)
    }
    firstAt ||= performance.now()
    stopping.abort(new Error('stopped'))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  const parent = process.ppid
  const look = setInterval(() => {
    if (process.ppid !== parent) stopping.abort(new Error('stopped'))
  }, 500)
  look.unref()
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
