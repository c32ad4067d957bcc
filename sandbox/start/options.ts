import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

export type StartOptions = {
  demo: boolean
  reset: boolean
  help: boolean
  /** Where everything is kept; null: a throwaway folder. */
  dataDir: string | null
}

/** What `--help` shows, and what stands below a word that is not understood. */
export const usage = `npm start                    everything on embedded stand-ins, and a prompt
npm start -- --reset         the same, from an empty start: what was kept in .data is deleted
npm start -- --demo          plays the main path on throwaway data and ends with 0, or with 1 if anything was wrong
npm start -- --data FOLDER   keeps its data in FOLDER instead of .data

Set in the environment or in .env.dev, each of these puts the real thing in the place of its stand-in:
DATABASE_URL, JOBS_URL, REDIS_URL, LDAP_URL, DISCORD_TOKEN, SMTP_URL. What else it needs is in .env.example.
`

/** @throws {Error} with a sentence for the person who typed it. */
export function readOptions(args: string[], root: string): StartOptions {
  const { values } = parseArgs({
    args,
    options: {
      demo: { type: 'boolean', default: false },
      reset: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      data: { type: 'string' },
    },
  })
  if (values.demo && (values.reset || values.data !== undefined))
    throw new Error('--demo always plays on throwaway data: it goes with neither --reset nor --data.')
  const dataDir = values.demo ? null : resolve(values.data ?? join(root, '.data'))
  return { demo: values.demo, reset: values.reset, help: values.help, dataDir }
}
