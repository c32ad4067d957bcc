import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, vi } from 'vitest'
import { freePort } from '../../sandbox/free-port.ts'
import { compileCache } from '../_support/compile-cache.ts'

const startFile = join(import.meta.dirname, '../../sandbox/start.ts')
/** A start takes seconds; a busy machine may take longer. */
export const patience = { timeout: 60_000, interval: 50 }

export type Start = {
  child: ChildProcess
  said: () => string
  /** Resolves when its words contain this. */
  says: (words: string) => Promise<void>
  type: (...lines: string[]) => void
  ended: Promise<number | null>
  /** Every process that it said it started. */
  pids: () => number[]
}

/** As a terminal would start it: in a process group of its own. */
export async function start(args: string[], environment: Record<string, string> = {}): Promise<Start> {
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [startFile, ...args], {
    env: { PATH, HOME, ...compileCache, NO_COLOR: '1', API_PORT: String(await freePort()), ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await ended
  })
  return {
    child,
    said: () => said,
    says: (words) => vi.waitFor(() => expect(said).toContain(words), patience),
    type: (...lines) => void child.stdin.write(lines.map((line) => `${line}\n`).join('')),
    ended,
    pids: () => [...said.matchAll(/process (\d+)/g)].map(([, pid]) => Number(pid)),
  }
}

export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'guildpost-start-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
