import { createHmac, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ListClass } from '../../domain/contracts/directory.ts'
import { randomPassword } from '../servers/passwords.ts'
import { resetCommand } from './reset-command.ts'

/** What nobody else may know, made at the first start and kept. */
export type Secrets = ReturnType<typeof freshSecrets>

function freshSecrets() {
  return {
    postgres: randomPassword(),
    redisDev: randomPassword(),
    redisPro: randomPassword(),
    ldapAdmin: randomPassword(),
    ldapWorker: randomPassword(),
    ldapReader: randomPassword(),
    /** From which everybody's password is made. */
    people: randomPassword(),
    serviceToken: randomBytes(32).toString('hex'),
    metricsToken: randomBytes(32).toString('hex'),
    discordToken: randomBytes(32).toString('hex'),
    githubWebhook: randomBytes(32).toString('hex'),
    alertmanagerToken: randomBytes(32).toString('hex'),
    /** No secret, but it belongs to the data just as these do. */
    listClass: null as ListClass | null,
  }
}

/**
 * Those in the folder, with new ones for what is missing.
 * @throws {Error} when the file can't be read, or is gone while the database is there that nothing else opens.
 */
export function readSecrets(dataDir: string): Secrets {
  const file = join(dataDir, 'secrets.json')
  if (!existsSync(file) && existsSync(join(dataDir, 'postgres')))
    throw new Error(
      `${file} is gone, and with it the password of the database. Start anew with: ${resetCommand(dataDir)}`,
    )
  const secrets = { ...freshSecrets(), ...(existsSync(file) ? parsed(file) : {}) }
  writeSecrets(dataDir, secrets)
  return secrets
}

/** Writes them under another name first: a start that is killed leaves either the old ones or the new. */
export function writeSecrets(dataDir: string, secrets: Secrets): void {
  const file = join(dataDir, 'secrets.json')
  writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** What an invented person signs in with: short enough to type, and different in every data folder. */
export function passwordOf({ people }: Secrets, uid: string): string {
  // Without the letters and digits that are easily taken for each other. 32 of them: 5 bits each.
  const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'
  const digest = createHmac('sha256', people).update(uid).digest()
  const letters = [...digest.subarray(0, 12)].map((byte) => alphabet[byte % alphabet.length])
  return [0, 4, 8].map((start) => letters.slice(start, start + 4).join('')).join('-')
}

function parsed(file: string): Partial<Secrets> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>
  } catch (cause) {
    throw new Error(`${file} is damaged. Start anew with: ${resetCommand(dirname(file))}`, { cause })
  }
}
