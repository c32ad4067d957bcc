import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chown, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** How to run a program of Postgres, which refuses to run as root, and where it finds its files. */
export type Unprivileged = {
  binDir: string
  dataDir: string
  prefix: string[]
  uid?: number
  gid?: number
  /** A sentence for people where files are not where they asked for. */
  notice?: string
}

export type RootBy = 'user namespace' | 'system user'

const run = promisify(execFile)

/**
 * As root: a user namespace, in which root's own files belong to an ordinary user, so that any folder will do;
 * where the system forbids that (Docker does), a system user with programs and data below /var/tmp, since no
 * other user can enter /root or a folder of mktemp. As anybody else: nothing special.
 */
export async function unprivileged(
  nativeDir: string,
  dataDir: string,
  rootBy?: RootBy,
): Promise<Unprivileged> {
  const asIs = { binDir: join(nativeDir, 'bin'), dataDir, prefix: [] }
  if (process.getuid?.() !== 0) return asIs
  // initdb looks its user up by name, so it must be one that every system has.
  const [uid, gid] = await Promise.all([idOf('-u'), idOf('-g')])
  const prefix = ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`]
  if (rootBy !== 'system user' && (await works([...prefix, 'true']))) return { ...asIs, prefix }

  const elsewhere = await folderFor(dataDir)
  const programs = join(elsewhere, 'programs')
  // Anew each time: node_modules may have another version by now.
  await rm(programs, { recursive: true, force: true })
  await cp(nativeDir, programs, { recursive: true, verbatimSymlinks: true })
  await chown(elsewhere, uid, gid)
  return {
    binDir: join(programs, 'bin'),
    dataDir: join(elsewhere, 'data'),
    prefix: [],
    uid,
    gid,
    notice: `Postgres does not run as root, and this system has no user namespaces: it runs as user nobody, from ${elsewhere}.`,
  }
}

/** Below /var/tmp; `dataDir` keeps a note of it, so that removing `dataDir` starts anew here as anywhere. */
async function folderFor(dataDir: string): Promise<string> {
  const digest = createHash('sha256').update(dataDir).digest('hex').slice(0, 12)
  const elsewhere = `/var/tmp/guildpost-postgres-${digest}`
  const note = join(dataDir, 'data-is-elsewhere')
  const noted = await readFile(note, 'utf8').catch(() => null)
  if (noted !== elsewhere) await rm(elsewhere, { recursive: true, force: true })
  await mkdir(elsewhere, { recursive: true, mode: 0o700 })
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await writeFile(note, elsewhere)
  return elsewhere
}

async function idOf(flag: '-u' | '-g'): Promise<number> {
  return Number((await run('id', [flag, 'nobody'])).stdout)
}

async function works([command = '', ...args]: string[]): Promise<boolean> {
  return run(command, args).then(
    () => true,
    () => false,
  )
}
