import { rmSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a run's servers write, with room to spare: 0.6 GB at most were seen. */
const roomBytes = 2 * 1024 ** 3
const memory = '/dev/shm'
const prefix = 'guildpost-test-'

export type RunFolder = {
  dir: string
  logs: string
  /** Removes it. Gives where what servers logged is from then on, if that is to be kept. */
  remove: (how: { keepLogs: boolean }) => Promise<string | null>
}

/**
 * Where the servers of a run keep what nobody will miss: in memory where there is room, since making a database for each test is mostly
 * making its three hundred files.
 */
export async function makeRunFolder(): Promise<RunFolder> {
  const isRoomy = await hasRoom()
  if (isRoomy) await removeLeftovers()
  const dir = await mkdtemp(join(isRoomy ? memory : tmpdir(), `${prefix}${process.pid}-`))
  const logs = join(dir, 'logs')
  await mkdir(logs)
  // Whoever presses Ctrl-C looks at no logs.
  const forget = () => rmSync(dir, { recursive: true, force: true, maxRetries: 3 })
  process.once('exit', forget)
  return {
    dir,
    logs,
    remove: async ({ keepLogs }) => {
      const kept = keepLogs ? await mkdtemp(join(tmpdir(), 'guildpost-test-logs-')) : null
      if (kept !== null) await cp(logs, kept, { recursive: true })
      await rm(dir, { recursive: true })
      process.off('exit', forget)
      return kept
    },
  }
}

async function hasRoom(): Promise<boolean> {
  if (process.availableMemory() < 2 * roomBytes) return false
  const found = await statfs(memory).catch(() => null)
  return found !== null && found.bavail * found.bsize >= roomBytes
}

/** Of runs that were killed, and could not. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(memory)) {
    const [, pid] = new RegExp(`^${prefix}(\\d+)-`).exec(name) ?? []
    if (pid !== undefined && !isAlive(Number(pid)))
      await rm(join(memory, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Somebody else's process.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
