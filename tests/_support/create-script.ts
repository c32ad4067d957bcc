import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const file = join(import.meta.dirname, '../../infra/postgres/create.sql')

/** The script by which production makes its databases. Not every macOS has the locale that it names. */
export const createScript = readFileSync(file, 'utf8').replaceAll(
  process.platform === 'darwin' ? " lc_ctype 'C.UTF-8'" : '\0',
  '',
)

/** What it says of a database, behind its name and owner. */
export const databaseOptions = (): string => {
  const [, options] = /^create database guildpost owner guildpost (.+);$/m.exec(createScript) ?? []
  if (options === undefined) throw new Error(`${file} makes no database any more`)
  return options
}
