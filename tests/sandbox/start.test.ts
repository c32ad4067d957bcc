import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { freePort } from '../../sandbox/free-port.ts'
import { compileCache } from '../_support/compile-cache.ts'

const startFile = join(import.meta.dirname, '../../sandbox/start.ts')
/** A start takes seconds; a busy machine may take longer. */
const patience = { timeout: 60_000, interval: 50 }

type Start = {
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
async function start(args: string[], environment: Record<string, string> = {}): Promise<Start> {
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

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'guildpost-start-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function passwordIn({ said }: Start): string | undefined {
  return /whose directory password is ([\w-]+)/.exec(said())?.[1]
}

async function nothingIsLeft(pids: number[]): Promise<void> {
  expect(pids.length).toBeGreaterThanOrEqual(6)
  await expect.poll(() => pids.filter(lives), patience).toEqual([])
}

test('--demo plays the main path, ends with 0 and leaves nothing behind', { timeout: 120_000 }, async () => {
  const folder = await freshFolder()
  const demo = await start(['--demo'], {
    TMPDIR: folder,
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
  })
  const code = await demo.ended
  expect(demo.said()).toMatch(/All \d+ steps went as they should/)
  expect(code).toBe(0)
  await nothingIsLeft(demo.pids())
  expect(await readdir(folder)).toEqual([])
})

test(
  'data is kept from start to start until a reset; Ctrl-C and a crash leave no process behind',
  {
    timeout: 240_000,
  },
  async () => {
    const folder = await freshFolder()
    const first = await start(['--data', folder])
    first.type('as alice', '/link', 'login', 'code', '/subscribe list:news', 'ldap news')
    await first.says('alice is on it')
    first.type('roles', 'nonsense')
    first.child.stdin?.end()
    expect(await first.ended).toBe(0)
    expect(first.said()).toContain('Hello, Alice Anderson!')
    expect(first.said()).toContain('You’re on news now')
    expect(first.said()).toContain('alice has @verified')
    expect(first.said()).toContain('“nonsense” means nothing to me')
    await nothingIsLeft(first.pids())
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect((await stat(join(folder, 'secrets.json'))).mode & 0o777).toBe(0o600)

    const second = await start(['--data', folder])
    await second.says('guildpost is up')
    second.type('as alice', '/whoami')
    await second.says('You’re Alice Anderson (alice) in the directory')

    const third = await start(['--data', folder])
    expect(await third.ended).toBe(75)
    expect(third.said()).toContain(`runs already in this checkout (process ${second.child.pid})`)

    const worker = Number(/worker .* process (\d+)/.exec(second.said())?.[1])
    process.kill(worker, 'SIGKILL')
    await second.says('worker ended by itself (signal SIGKILL). It is started again')
    await second.says('worker is started again (process ')

    process.kill(-(second.child.pid ?? 0), 'SIGINT')
    expect(await second.ended).toBe(0)
    await nothingIsLeft(second.pids())
    expect(existsSync(join(folder, 'start.lock'))).toBe(false)

    const anew = await start(['--data', folder, '--reset'])
    anew.type('as alice', '/whoami')
    await anew.says('I don’t know yet who you are in the directory')
    expect(passwordIn(anew)).not.toBe(passwordIn(first))
    anew.child.kill('SIGKILL')
    await nothingIsLeft(anew.pids())
  },
)

test(
  'what can’t be: an unknown option, a port that is taken, a configuration that lacks something',
  {
    timeout: 120_000,
  },
  async () => {
    const unknown = await start(['--fast'])
    expect(await unknown.ended).toBe(64)
    expect(unknown.said()).toContain("Unknown option '--fast'")

    const folder = await freshFolder()
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const taken = await start(['--data', folder], { API_PORT: String(port) })
    expect(await taken.ended).toBe(1)
    expect(taken.said()).toContain(`API_PORT is ${port}, but something listens there already`)

    const lacking = await start(['--data', folder], { DISCORD_TOKEN: 'a real one' })
    expect(await lacking.ended).toBe(78)
    expect(lacking.said()).toContain('DISCORD_GUILD_ID is missing')
    expect(lacking.said()).toContain('bot can’t start with what is set')
    await expect.poll(() => lacking.pids().filter(lives), patience).toEqual([])
  },
)
