import { styleText } from 'node:util'
import { momentWords } from './moment.ts'

/** Discord's Markdown, as far as the bot writes it, for a terminal. `nameOf` tells who, or which channel, a mentioned id is. */
export function terminalMarkdown(text: string, nameOf: (id: string) => string): string {
  return text
    .split('```')
    .map((part, index) =>
      index % 2 === 1
        ? codeBlock(part)
        : part
            .split('\n')
            .map((line) => shown(line, nameOf))
            .join('\n'),
    )
    .join('')
}

function codeBlock(part: string): string {
  // The first line names the language.
  return styleText('dim', part.replace(/^[a-z]*\n/, '').trimEnd())
}

function shown(line: string, nameOf: (id: string) => string): string {
  const isSmall = line.startsWith('-# ')
  const inline = (isSmall ? line.slice(3) : line)
    .replaceAll(/<\/([^:>]+):\d+>/g, (_, command: string) => styleText('cyan', `/${command}`))
    .replaceAll(/<t:(\d+)(?::(\w))?>/g, (_, time: string, style?: string) =>
      momentWords(Number(time) * 1000, style),
    )
    .replaceAll(/<@!?(\d+)>/g, (_, id: string) => `@${nameOf(id)}`)
    .replaceAll(/<#(\d+)>/g, (_, id: string) => `#${nameOf(id)}`)
    .replaceAll(/(?<!\\)\*\*(.+?)(?<!\\)\*\*/g, (_, bold: string) => styleText('bold', bold))
    .replaceAll(/(?<!\\)`([^`]+)`/g, (_, code: string) => styleText('cyan', code))
    .replaceAll(/\\([^\w\s])/g, '$1')
  return isSmall ? styleText('dim', inline) : inline
}
