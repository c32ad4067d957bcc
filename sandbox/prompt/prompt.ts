import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createInterface, type Interface } from 'node:readline'
import { styleText } from 'node:util'
import { lists } from '../people.ts'
import type { System } from '../start/start-system.ts'
import { complete } from './complete.ts'
import { readAllLists } from './directory.ts'
import { runLine } from './run-line.ts'
import type { Screen } from './screen.ts'
import { createSession, type Session } from './session.ts'
import { untilDone, watch } from './watch.ts'

type PromptOptions = { system: System; screen: Screen; historyFile: string; stopping: AbortSignal }

/**
 * Runs what is typed, line by line, until somebody quits (`quit`) or `stopping` is aborted. From a pipe every command
 * is run and its end is the end; from nothing at all (/dev/null) it only waits for `stopping`.
 */
export async function prompt({ system, screen, historyFile, stopping }: PromptOptions): Promise<void> {
  const session = createSession(system, screen)
  session.listNames = await namesOfLists(session)
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY
  const line = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: isTerminal,
    history: isTerminal ? readHistory(historyFile) : [],
    historySize: keptLines,
    removeHistoryDuplicates: true,
    completer: (typed: string, give: (error: null, found: [string[], string]) => void) => {
      complete(session, typed).then(
        (found) => give(null, found),
        () => give(null, [[], typed]),
      )
    },
  })
  if (isTerminal) screen.attach(line)
  const endWatching = watch(session)
  try {
    const seen = await runLines(line, session, { isTerminal, historyFile, stopping })
    if (seen > 0 || isTerminal || stopping.aborted) return
    screen.print('  There is nobody at the prompt, so this runs until it is told to stop (Ctrl-C, SIGTERM).')
    await aborted(stopping)
  } finally {
    endWatching()
    screen.detach()
    line.close()
  }
}

type Mode = { isTerminal: boolean; historyFile: string; stopping: AbortSignal }

/** Gives the number of lines that came, once no more can. */
async function runLines(line: Interface, session: Session, mode: Mode): Promise<number> {
  const { isTerminal, historyFile, stopping } = mode
  const lines: string[] = []
  let seen = 0
  let isOver = stopping.aborted
  let news = Promise.withResolvers<void>()
  const end = () => {
    isOver = true
    news.resolve()
  }
  line.on('line', (typed) => {
    seen += 1
    lines.push(typed)
    news.resolve()
  })
  line.on('close', end)
  line.on('SIGINT', end)
  stopping.addEventListener('abort', end)

  for (;;) {
    const typed = lines.shift()
    if (stopping.aborted || (typed === undefined && isOver)) return seen
    if (typed === undefined) {
      if (isTerminal) ask(line, `${session.me?.username ?? 'guildpost'} ${styleText('green', '❯')} `)
      await news.promise
      news = Promise.withResolvers<void>()
      continue
    }
    if (isTerminal) {
      remember(historyFile, typed)
      ask(line, typed.trim() === '' ? '' : styleText('dim', '… '))
    } else session.screen.print(`${session.me?.username ?? 'guildpost'} ❯ ${typed}`)
    if ((await runLine(session, typed)) === 'quit') return seen
    if (!isTerminal) await untilDone(session)
    if (typed.trim() !== '') session.screen.print()
  }
}

/** Draws the prompt anew, with what was typed already. */
function ask(line: Interface, text: string): void {
  line.setPrompt(text)
  line.prompt(true)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

const keptLines = 500

/** The newest first, as readline wants it. */
function readHistory(file: string): string[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .slice(-keptLines)
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 })
  return lines.toReversed()
}

function remember(file: string, typed: string): void {
  // A password that somebody typed is nothing to keep.
  const isSecret = /^\s*login\s+\S+\s+\S/.test(typed)
  if (typed.trim() !== '' && !isSecret) appendFileSync(file, `${typed.trim()}\n`, { mode: 0o600 })
}

/** For completion; the invented ones while the directory does not answer. */
async function namesOfLists({ system }: Session): Promise<string[]> {
  return readAllLists(system.directory).then(
    (all) => all.map(({ name }) => name),
    () => lists.map(({ name }) => name),
  )
}
