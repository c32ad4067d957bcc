import { readWords, UsageError } from '../command.ts'
import { grant } from './grant.ts'
import { importPairs } from './import.ts'
import { link } from './link.ts'
import { list } from './list.ts'
import type { Operation, Options } from './operation.ts'
import { revoke } from './revoke.ts'
import { unlink } from './unlink.ts'

const operations: Readonly<Record<string, Operation>> = {
  list,
  grant,
  revoke,
  link,
  unlink,
  import: importPairs,
}

const spelled: Readonly<Record<keyof Options, string>> = { dryRun: '--dry-run', tell: '--tell' }
const meanings: Readonly<Record<keyof Options, string>> = {
  dryRun: 'only show what would happen',
  tell: 'tell everybody who is linked by mail',
}

export type Command = { operation: Operation; words: readonly string[]; options: Options }

/** What the words after `npm run admin --` ask for; null for help. @throws {UsageError} */
export function readCommand(args: readonly string[]): Command | null {
  const { values, positionals } = readWords({
    args: [...args],
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean' },
      tell: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const [name, ...words] = positionals
  if (values.help === true || name === 'help') return null
  if (name === undefined) throw new UsageError('Say what to do.')
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined
  if (!operation) throw new UsageError(`There is no “${name}”.`)
  if (words.length !== operation.words.length) throw new UsageError(`It is: ${synopsisOf(name, operation)}`)
  const options = { dryRun: values['dry-run'] === true, tell: values.tell === true }
  for (const option of ['dryRun', 'tell'] as const)
    if (options[option] && operation.options?.includes(option) !== true)
      throw new UsageError(`“${name}” takes no ${spelled[option]}.`)
  return { operation, words, options }
}

/** Every operation in a line, and what its options mean below it. */
export const usage = [
  'npm run admin -- OPERATION     who may what, straight in the database; every change is audited',
  '',
  ...Object.entries(operations).flatMap(([name, operation]) => [
    `  ${synopsisOf(name, operation).padEnd(40)} ${operation.meaning}`,
    ...(operation.options ?? []).map((option) => `      ${spelled[option].padEnd(36)} ${meanings[option]}`),
  ]),
  `  ${'help'.padEnd(40)} this`,
].join('\n')

function synopsisOf(name: string, { words, options = [] }: Operation): string {
  return [name, ...words.map((word) => `<${word}>`), ...options.map((option) => `[${spelled[option]}]`)].join(
    ' ',
  )
}
