import { statSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import type { Environment } from '../../domain/contracts/read-environment.ts'
import { type Area, doubtful, right, wrong } from './finding.ts'

const remindDays = 30

type Secrets = {
  environment: Environment
  /** The names of all secrets. */
  secrets: readonly string[]
  /** The files of the environment that were read, and that may hold secrets. */
  files: readonly string[]
  expire: string | undefined
  now?: Date
}

/** Whether the files that hold secrets are readable by others, and which secrets end soon. */
export const secretsArea = ({ environment, secrets, files, expire, now = new Date() }: Secrets): Area => ({
  name: 'secrets',
  check: async function* () {
    const fromFiles = secrets.flatMap((name) => environment[`${name}_FILE`] ?? [])
    const credentials = environment['CREDENTIALS_DIRECTORY'] || null
    const open = [...files, ...fromFiles].filter((file) => isReadableByOthers(file, credentials))
    if (files.length + fromFiles.length > 0)
      yield open.length === 0
        ? right('file modes', 'no file with secrets can be read by other users')
        : wrong('file modes', `other users can read ${open.join(', ')}`, `chmod 600 ${open.join(' ')}`)
    for (const [name = '', date = ''] of (expire ?? '')
      .split(',')
      .flatMap((one) => (one ? [one.trim().split('=')] : []))) {
      const days = Math.floor((Date.parse(date) - now.getTime()) / 86_400_000)
      const remedy = `Get a new one, put it in place of the old one, restart what reads it, and set its new date in SECRETS_EXPIRE.`
      if (!secrets.includes(name))
        yield wrong(
          `expiry of ${name}`,
          `SECRETS_EXPIRE names ${name}, which is none of the secrets`,
          `Name one of: ${secrets.join(', ')}.`,
        )
      else if (Number.isNaN(days))
        yield wrong(`expiry of ${name}`, `${date} is no date`, 'Write it as 2027-06-30.')
      else if (days < 0) yield wrong(`expiry of ${name}`, `ended on ${date}`, remedy)
      else if (days < remindDays)
        yield doubtful(`expiry of ${name}`, `ends on ${date}, in ${days} days`, remedy)
      else yield right(`expiry of ${name}`, `ends on ${date}`)
    }
  },
})

/**
 * Of a file that is not there another check tells. Since version 254 systemd lets a unit's user read its credentials by an access list, and
 * the bits of the group show the mask of that list, not what a group may do (systemd issues 29096 and 29435).
 */
function isReadableByOthers(file: string, credentials: string | null): boolean {
  const found = statSync(file, { throwIfNoEntry: false })
  const isCredential = credentials !== null && resolve(file).startsWith(resolve(credentials) + sep)
  return found !== undefined && (found.mode & (isCredential ? 0o007 : 0o077)) !== 0
}
