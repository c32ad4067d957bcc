import { readWords, UsageError } from '../command.ts'

export const usage = `npm run audit:verify                             whether the audit in the database is as it was sealed
npm run audit:verify -- --checkpoint FILE        and whether it still holds what a checkpoint says that you kept (- reads it from
                                                 standard input; several are welcome, in one file or by saying it again)
                        --public-key KEY         whose signature the checkpoint must have; said again for each key that there was
npm run audit:verify -- --print-public-key       the public half of AUDIT_SIGNING_KEY, to be kept with the checkpoints

It ends with 0 when all is well, 1 when it is not, 2 when it could not look (no database, an old schema), 64 when it was used wrongly (also
with a file that is missing or no checkpoint), 78 when the configuration is wrong.`

export type Wanted =
  | { what: 'help' }
  | { what: 'public key' }
  | { what: 'verdict'; checkpointFiles: readonly string[]; publicKeys: readonly string[] }

/** What the words after `npm run audit:verify --` ask for. @throws {UsageError} */
export function readWanted(args: readonly string[]): Wanted {
  const { values } = readWords({
    args: withKeyAttached(args),
    options: {
      checkpoint: { type: 'string', multiple: true },
      'public-key': { type: 'string', multiple: true },
      'print-public-key': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help === true) return { what: 'help' }
  if (values['print-public-key'] === true) return { what: 'public key' }
  const publicKeys = values['public-key'] ?? []
  if (!publicKeys.every((key) => /^[A-Za-z0-9_-]{43}$/.test(key)))
    throw new UsageError(
      'A public key has 43 letters, digits, - and _: npm run audit:verify -- --print-public-key',
    )
  const checkpointFiles = values.checkpoint ?? []
  if (publicKeys.length > 0 && checkpointFiles.length === 0)
    throw new UsageError('A public key checks a checkpoint: say --checkpoint too.')
  return { what: 'verdict', checkpointFiles, publicKeys }
}

/** One key in 64 begins with a dash, as an option does. */
const withKeyAttached = (args: readonly string[]): string[] =>
  args.flatMap((arg, at) => {
    if (args[at - 1] === '--public-key') return []
    return arg === '--public-key' && at + 1 < args.length ? `${arg}=${args[at + 1]}` : arg
  })
