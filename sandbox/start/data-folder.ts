import { execFile } from 'node:child_process'
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

/** Somebody else is at home. The message says what to do. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse'
}

/** Everything that a start keeps; a reset deletes these and nothing else that may lie in the folder. */
const kept = [
  'postgres',
  'postgres.log',
  'postgres.new',
  'slapd',
  'redis',
  'logs',
  'secrets.json',
  'ldap-password',
  'database-url',
  'history',
]

/**
 * Makes the folder (for its owner alone) and takes it for this process until it ends; `release` gives it back.
 * @throws {FolderInUse} while another start has it, and {Error} when it is none and can't be made.
 */
export async function openDataFolder(dir: string, { reset = false } = {}): Promise<{ release: () => void }> {
  makeFolder(dir)
  const lock = join(dir, 'start.lock')
  await take(lock, dir)
  if (reset) for (const name of kept) rmSync(join(dir, name), { recursive: true, force: true })
  return { release: () => rmSync(lock, { force: true }) }
}

function makeFolder(dir: string): void {
  let file: string | null
  try {
    file = fileOn(dir)
    if (file === null) {
      mkdirSync(dir, { recursive: true, mode: 0o700 })
      return chmodSync(dir, 0o700)
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const sentence = `The folder ${dir} can’t be used for the data (${why}). ${anotherFolder}`
    throw new Error(sentence, { cause })
  }
  throw new Error(`${file} is a file, and the data needs a folder. ${anotherFolder}`)
}

const anotherFolder = 'Choose another one: npm start -- --data FOLDER'

/** What on the way to a folder is none; null where nothing is in the way. */
function fileOn(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found !== undefined) return found.isDirectory() ? null : path
  return dirname(path) === path ? null : fileOn(dirname(path))
}

async function take(lock: string, dir: string): Promise<void> {
  // Linked into place, so that nobody ever reads a lock without its number.
  const mine = `${lock}.${process.pid}`
  writeFileSync(mine, `${process.pid}\n`, { mode: 0o600 })
  try {
    while (!linked(mine, lock)) {
      const pid = Number(readFileSync(lock, 'utf8'))
      if (await isAStart(pid))
        throw new FolderInUse(
          `npm start runs already in this checkout (process ${pid}) and uses ${dir}.
Use that one, or stop it with Ctrl-C (or: kill ${pid}). For a second one beside it: npm start -- --data ANOTHER-FOLDER`,
        )
      // Left behind by one that was killed.
      rmSync(lock, { force: true })
    }
  } finally {
    rmSync(mine, { force: true })
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** After a restart of the machine the number may be anybody's, so it counts only when that process is a start. */
async function isAStart(pid: number): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false
  const command =
    process.platform === 'linux'
      ? readFile(`/proc/${pid}/cmdline`, 'utf8')
      : promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).then(({ stdout }) => stdout)
  return command.then(
    (line) => line.includes('start.ts'),
    () => false,
  )
}
