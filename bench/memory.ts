import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import autocannon from 'autocannon'
import type { Child } from '../sandbox/child.ts'
import { applyQueued } from './apply.ts'
import { linkedUsers, subscriber } from './latency.ts'
import { mirrored, prepareProcesses } from './processes.ts'
import { printTable } from './report.ts'
import type { Stage } from './stage.ts'

const size = { people: 20_000, lists: 300, membersPerList: 100 }
const names = ['api', 'worker', 'bot'] as const
/** Long enough that what the start left behind is settled. */
const idleAfterMs = 5000
const readsForS = 5
const interactions = 100

type Name = (typeof names)[number]

/** Resident memory of the three processes: after their start (for the worker, its first read too), and at most under load. */
export async function measureMemory(stage: Stage): Promise<void> {
  const [database, directory] = [await stage.database(), await stage.directory(size)]
  const processes = await prepareProcesses(stage, { databaseUrl: database.url, directory })
  const children = new Map<Name, Child>()
  for (const name of names) children.set(name, await processes.start(name))
  const watching = watch(children)
  await mirrored(database.url)
  await delay(idleAfterMs)
  const idle = await residentOf(children)

  const linked = await linkedUsers(processes, database.url)
  await autocannon({
    url: `${processes.apiUrl}/api/v1/user/subscriptions`,
    connections: 10,
    duration: readsForS,
    headers: { authorization: `Bearer ${processes.serviceToken}`, 'x-discord-user': linked[0]?.id ?? '' },
  })
  await applyQueued(database.url)
  const subscribe = subscriber(processes, linked)
  await Promise.all(
    Array.from({ length: interactions }, async (_, at) => {
      await delay(at * 50)
      await subscribe()
    }),
  )
  const peak = await watching.stop()
  printTable(
    `memory: resident, with ${size.people} people and ${size.lists} lists`,
    ['', 'idle', 'at most', 'target idle', 'at most'],
    names.map((name) => [name, mb(idle.get(name)), mb(peak.get(name)), '160 MB', '300 MB']),
  )
}

/** Looks ten times a second, from now on, and keeps the highest of each. */
export function watch(children: ReadonlyMap<Name, Child>): { stop: () => Promise<Map<Name, number>> } {
  const peak = new Map<Name, number>()
  const stopping = new AbortController()
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      for (const [name, resident] of await residentOf(children))
        peak.set(name, Math.max(resident, peak.get(name) ?? 0))
      await delay(100)
    }
    return peak
  })()
  return {
    stop: () => {
      stopping.abort()
      return watching
    },
  }
}

/** In bytes. */
async function residentOf(children: ReadonlyMap<Name, Child>): Promise<Map<Name, number>> {
  const resident = new Map<Name, number>()
  for (const [name, { pid }] of children) resident.set(name, await residentBytes(pid))
  return resident
}

/** A minimal Linux has no ps, and macOS no /proc. */
export async function residentBytes(pid: number): Promise<number> {
  if (process.platform === 'linux')
    return Number(/VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)])
  return Number(stdout) * 1024
}

export const mb = (bytes = Number.NaN): string => `${Math.round(bytes / 1e6)} MB`
