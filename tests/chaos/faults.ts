import { setTimeout as delay } from 'node:timers/promises'
import { rows } from '../../domain/store/database.ts'
import type { ChaosSystem, WorkerSlot } from './chaos-system.ts'

/** `begin` resolves once it has happened, and gives how it ends. */
export type Fault = {
  name: string
  lastsMs: number
  begin: (system: ChaosSystem) => Promise<() => Promise<void>>
}

/** What passes on a worker's ways at each step of a job: only a modify carries an assertion (RFC 4528). */
const steps = {
  'lease and read': { wire: 'ldap', where: 'request', text: 'entryUUID' },
  'read and modify': { wire: 'ldap', where: 'request', text: '1.3.6.1.1.12' },
  'modify and record': { wire: 'ldap', where: 'answer', text: '1.3.6.1.1.12' },
  'record and its answer': { wire: 'postgres', where: 'answer', text: 'COMMIT' },
} as const
type Between = keyof typeof steps

/** Stops whichever worker comes there first. */
async function stopBetween(system: ChaosSystem, between: Between): Promise<WorkerSlot> {
  const { wire, where, text } = steps[between]
  const first = await Promise.race([
    ...system.workers.map(async (worker) => {
      await worker[wire].holdAt(where, text)
      return worker
    }),
    delay(20_000, null),
  ])
  for (const worker of system.workers) if (worker !== first) worker[wire].release()
  if (first === null) throw new Error(`no worker came between ${between} within 20 s`)
  return first
}

/**
 * As the clock of Postgres would, only sooner; a lease of the living one may be among them. What is locked by somebody who is
 * frozen stays as it is.
 */
async function expireLeases({ db }: ChaosSystem): Promise<void> {
  for (let looks = 0; looks < 20; looks += 1) {
    await rows(
      db,
      `update list set lease_until = now()
       where id in (select id from list where lease_until > now() for update skip locked)`,
    )
    await delay(25)
  }
}

const workerKilled = (between: Between): Fault => ({
  name: `worker killed between ${between}`,
  lastsMs: 500,
  begin: async (system) => {
    const worker = await stopBetween(system, between)
    await worker.kill()
    return async () => {
      await expireLeases(system)
      await worker.restart()
    }
  },
})

const workerFrozen = (between: Between): Fault => ({
  name: `worker frozen between ${between}, past its lease`,
  lastsMs: 2500,
  begin: async (system) => {
    const worker = await stopBetween(system, between)
    worker.signal('SIGSTOP')
    await expireLeases(system)
    return async () => {
      worker[steps[between].wire].release()
      worker.signal('SIGCONT')
    }
  },
})

type Server = keyof ChaosSystem['servers']

const serverKilled = (name: Server, lastsMs = 2000): Fault => ({
  name: `${name} killed`,
  lastsMs,
  begin: async ({ servers }) => {
    await servers[name].kill()
    return () => servers[name].restart()
  },
})

const serverFrozen = (name: Server, lastsMs = 4000): Fault => ({
  name: `${name} frozen`,
  lastsMs,
  begin: async ({ servers }) => {
    const pids = await servers[name].pids()
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    return async () => {
      for (const pid of pids) process.kill(pid, 'SIGCONT')
    }
  },
})

const serverSlow = (name: Server, delayMs: number): Fault => ({
  name: `${name} ${delayMs} ms slower`,
  lastsMs: 4000,
  begin: async ({ servers }) => {
    for (const wire of servers[name].wires) wire.slow(delayMs)
    return async () => {
      for (const wire of servers[name].wires) wire.release()
    }
  },
})

const cutOff = (name: Server): Fault => ({
  name: `every connection to ${name} cut`,
  lastsMs: 0,
  begin: async ({ servers }) => {
    for (const wire of servers[name].wires) wire.cut()
    return async () => {}
  },
})

const mailAway: Fault = {
  name: 'mail server away',
  lastsMs: 3000,
  begin: async ({ mail }) => {
    await mail.away()
    return () => mail.back()
  },
}

const mailRefuses: Fault = {
  name: 'mail server refuses',
  lastsMs: 3000,
  begin: async ({ mail }) => {
    mail.refuse(true)
    return async () => mail.refuse(false)
  },
}

const discordAway: Fault = {
  name: 'Discord away',
  lastsMs: 3000,
  begin: async ({ discord }) => {
    await discord.goAway()
    return () => discord.comeBack()
  },
}

/** The deed is done, and its answer a lie. */
const discordLies: Fault = {
  name: 'Discord answers 502 after doing it, slowly',
  lastsMs: 3000,
  begin: async ({ discord }) => {
    const path = /^\/channels\/\d+\/messages/
    for (const method of ['POST', 'PATCH'])
      discord.script({ method, path, times: 2, answer: { status: 502, delayMs: 500, afterAccepting: true } })
    return async () => {}
  },
}

const apiKilled: Fault = {
  name: 'api killed',
  lastsMs: 500,
  begin: async ({ api }) => {
    await api.kill()
    return () => api.restart()
  },
}

const both = (name: string, ...faults: Fault[]): Fault => ({
  name,
  lastsMs: Math.max(...faults.map(({ lastsMs }) => lastsMs)),
  begin: async (system) => {
    const ends: (() => Promise<void>)[] = []
    for (const { begin } of faults) ends.push(await begin(system))
    return async () => {
      for (const end of ends) await end()
    }
  },
})

/** Nobody waits for the leases that it left behind. */
const hurried = (fault: Fault): Fault => ({
  ...fault,
  begin: async (system) => {
    const end = await fault.begin(system)
    return async () => {
      await end()
      await expireLeases(system)
    }
  },
})

export const shortFaults: readonly Fault[] = [
  workerKilled('lease and read'),
  workerKilled('modify and record'),
  workerFrozen('read and modify'),
  serverKilled('slapd', 1000),
  serverFrozen('slapd', 1000),
  hurried(serverKilled('postgres', 500)),
  both(
    'job store and Redis killed, Discord and mail away',
    serverKilled('jobs'),
    serverKilled('redis'),
    discordAway,
    mailAway,
  ),
]

export const allFaults: readonly Fault[] = [
  workerKilled('lease and read'),
  workerKilled('read and modify'),
  workerKilled('modify and record'),
  workerKilled('record and its answer'),
  workerFrozen('lease and read'),
  workerFrozen('read and modify'),
  workerFrozen('modify and record'),
  workerFrozen('record and its answer'),
  serverKilled('slapd', 4000),
  serverFrozen('slapd', 12_000),
  serverSlow('slapd', 300),
  cutOff('slapd'),
  serverKilled('redis', 4000),
  serverFrozen('redis'),
  serverSlow('redis', 300),
  serverKilled('jobs', 4000),
  serverFrozen('jobs', 8000),
  serverSlow('jobs', 300),
  serverKilled('postgres', 4000),
  serverFrozen('postgres', 6000),
  serverSlow('postgres', 100),
  cutOff('postgres'),
  mailAway,
  mailRefuses,
  discordAway,
  discordLies,
  apiKilled,
  both(
    'worker killed between modify and record, slapd killed',
    workerKilled('modify and record'),
    serverKilled('slapd', 3000),
  ),
  both(
    'worker frozen between read and modify, Postgres killed',
    workerFrozen('read and modify'),
    serverKilled('postgres', 2000),
  ),
  both(
    'job store and Redis killed, Discord and mail away',
    serverKilled('jobs', 4000),
    serverKilled('redis'),
    discordAway,
    mailAway,
  ),
  both(
    'slapd frozen, Postgres killed, Discord away',
    serverFrozen('slapd', 4000),
    serverKilled('postgres', 2000),
    discordAway,
  ),
]
