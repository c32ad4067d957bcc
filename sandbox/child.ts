import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { connect, Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

export type ChildOptions = {
  /** What people call it, for messages: `slapd`. */
  name: string
  command: string
  args: string[]
  /** Everything that it prints goes here (appended). */
  logFile: string
  env?: NodeJS.ProcessEnv
  cwd?: string
  /** Whom it runs as; needs root. */
  uid?: number | undefined
  gid?: number | undefined
  /** Asked again and again until it says yes; the child counts as started from then on. */
  isReady: () => Promise<boolean>
  startWithinMs?: number
  stopSignal?: NodeJS.Signals
  /** From the stop signal on; then SIGKILL. */
  stopWithinMs?: number
  onOwnEnd?: OnOwnEnd | undefined
}

/** Told how a child ended (`signal SIGKILL`) that was ready, and that nobody stopped. */
export type OnOwnEnd = (how: string) => void

export type Child = {
  readonly pid: number
  isRunning(): boolean
  signal(signal: NodeJS.Signals): void
  /** Resolves once it has ended, whatever ended it. */
  readonly ended: Promise<void>
  /** Ends it orderly, by force when that takes too long. Safe to call twice. */
  stop(): Promise<void>
}

/**
 * Starts a server as our own child and waits until it is ready. It has a process group of its own, so Ctrl-C
 * in the terminal reaches only us and we stop it in the right order; when we die without a chance to, its
 * guard stops it. Throws with the end of its log when it does not come up.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, logFile, stopSignal = 'SIGTERM' } = options
  const log = openSync(logFile, 'a', 0o600)
  const process = spawn(options.command, options.args, {
    stdio: ['ignore', log, log],
    detached: true,
    env: options.env,
    cwd: options.cwd,
    uid: options.uid,
    gid: options.gid,
  })
  closeSync(log)

  let hasEnded = false
  let isStopped = false
  let how = ''
  const ended = new Promise<void>((resolve) => {
    const end = (words: string) => {
      hasEnded = true
      how = words
      resolve()
    }
    process.once('exit', (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`))
    process.once('error', ({ message }) => end(message))
  })
  if (process.pid === undefined) {
    await ended
    throw new Error(`${name} could not be started: is ${options.command} installed?`)
  }
  const guard = guardAgainstOurDeath(process.pid, stopSignal)
  void ended.then(() => guard.kill('SIGKILL'))

  const child: Child = {
    pid: process.pid,
    isRunning: () => !hasEnded,
    signal: (signal) => void process.kill(signal),
    ended,
    async stop() {
      isStopped = true
      if (hasEnded) return
      process.kill('SIGCONT')
      process.kill(stopSignal)
      const forced = new AbortController()
      const force = delay(options.stopWithinMs ?? 10_000, undefined, { signal: forced.signal, ref: false })
      await Promise.race([ended, force])
      forced.abort()
      force.catch(() => {})
      if (!hasEnded) process.kill('SIGKILL')
      await ended
    },
  }

  try {
    await untilReady(child, options)
  } catch (error) {
    await child.stop()
    throw error
  }
  void ended.then(() => {
    if (!isStopped) options.onOwnEnd?.(how)
  })
  return child
}

async function untilReady(child: Child, { name, logFile, isReady, startWithinMs = 20_000 }: ChildOptions) {
  const giveUpAt = Date.now() + startWithinMs
  while (!(await isReady())) {
    if (child.isRunning() && Date.now() < giveUpAt) {
      await Promise.race([delay(10), child.ended])
      continue
    }
    const why = child.isRunning() ? `was not ready within ${startWithinMs} ms` : 'ended as it started'
    throw new Error(`${name} ${why}. The end of its log (${logFile}):\n${await endOf(logFile)}`)
  }
}

/** Whether something on 127.0.0.1 accepts connections on `port`. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/**
 * A shell that waits for the end of its input, which comes when we are gone, however we went, and then stops
 * `pid`: the one means that works on Linux and macOS alike.
 */
export function guardAgainstOurDeath(pid: number, stopSignal: NodeJS.Signals): ChildProcess {
  const script = `cat >/dev/null
    kill -CONT ${pid}; kill -${stopSignal.slice(3)} ${pid}
    for _ in 1 2 3 4 5 6 7 8; do sleep 1; kill -0 ${pid} || exit 0; done
    kill -KILL ${pid}`
  const guard = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  guard.unref()
  // It must not keep us alive: only the end of this pipe matters.
  if (guard.stdin instanceof Socket) guard.stdin.unref()
  return guard
}

async function endOf(logFile: string): Promise<string> {
  const text = await readFile(logFile, 'utf8')
  return text.split('\n').slice(-20).join('\n').trim()
}
