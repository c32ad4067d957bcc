import { styleText } from 'node:util'
import { isSubcommand } from '../discord/command-rules.ts'
import { promptCommands } from './commands.ts'
import { typeSlash } from './discord-actions.ts'
import { highlight } from './highlight.ts'
import type { Session } from './session.ts'
import { padEnd } from './wrap.ts'

/** Does what a line says. What was wrong with it is said and not thrown. `quit`: that was the wish to end. */
export async function runLine(session: Session, line: string): Promise<'quit' | 'done'> {
  const typed = line.trim()
  const [, word = '', argument = ''] = /^(\S+)\s*(.*)$/s.exec(typed) ?? []
  if (word === '') return 'done'
  if (['quit', 'exit', 'q'].includes(word)) return 'quit'
  try {
    if (['help', '?', '/?'].includes(word)) showHelp(session)
    else if (word.startsWith('/')) await typeSlash(session, typed)
    else await runCommand(session, word, argument.trim())
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    session.screen.print(`  ${styleText('yellow', '✘')} ${highlight(message)}`)
  }
  return 'done'
}

async function runCommand(session: Session, word: string, argument: string): Promise<void> {
  const command = promptCommands.find(({ name }) => name === word.toLowerCase())
  if (command === undefined) throw new Error(unknown(session, word))
  await command.run(session, argument)
}

function unknown({ system }: Session, word: string): string {
  const slash = system.discord?.commands.find(({ name }) => name === word.toLowerCase())
  if (slash !== undefined) {
    const option = slash.options?.[0]?.name
    return `Discord’s commands begin with a slash: \`/${slash.name}${option === undefined ? '' : ` ${option}:…`}\``
  }
  return `“${word}” means nothing to me. \`help\` shows what does.`
}

function showHelp({ system, screen }: Session): void {
  screen.print(styleText('bold', '  In Discord'))
  for (const { name, description, options = [] } of system.discord?.commands ?? []) {
    // A command in parts is named by them, any other by what goes with it.
    const parts = (options ?? []).map((part) => (isSubcommand(part) ? part.name : `${part.name}:…`))
    const usage = [`/${name}`, ...parts].join(' ')
    const asked = `    ${styleText('cyan', usage.padEnd(20))}`
    screen.print(usage.length > 20 ? `${asked}\n${' '.repeat(25)}${description}` : `${asked} ${description}`)
  }
  if (system.discord === null) screen.print('    The bot is in the real Discord: type its commands there.')
  screen.print(styleText('bold', '  Here'))
  const rows = [...promptCommands, { usage: 'quit', about: 'stop everything (Ctrl-C and Ctrl-D do, too)' }]
  for (const { usage, about } of rows)
    screen.print(`    ${styleText('cyan', padEnd(usage, 20))} ${highlight(about)}`)
  screen.print(
    styleText(
      'dim',
      '  Tab completes, also the names of lists; the arrow keys go back to what was typed before.',
    ),
  )
}
