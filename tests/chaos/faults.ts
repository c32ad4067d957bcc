import type { IncidentKind } from '../../domain/contracts/incident.ts'
import { freeze } from '../../sandbox/freeze.ts'
import type { ChaosSystem } from './chaos-system.ts'
import { hurry } from './hurry.ts'
import { giveNews } from './news.ts'
import { type Between, goOn, stopBetween } from './steps.ts'

/** `begin` resolves once it has happened, and gives how it ends. */
export type Fault = {
  name: string
  /** At least. It does not end before admins were told. */
  lastsMs: number
  /** What admins are told of: of each kind one incident. */
  tells?: readonly IncidentKind[]
  begin: (system: ChaosSystem) => Promise<() => Promise<void>>
}

export const workerKilled = (between: Between): Fault => ({
  name: `worker killed between ${between}`,
  lastsMs: 500,
  begin: async (system) => {
    const worker = await stopBetween(system, between)
    await worker.kill()
    return async () => {
      await hurry(system)
      await worker.restart()
    }
  },
})

export const workerFrozen = (between: Between): Fault => ({
  name: `worker frozen between ${between}, past its lease`,
  lastsMs: 2500,
  begin: async (system) => {
    const worker = await stopBetween(system, between)
    worker.freeze()
    await hurry(system)
    return async () => {
      goOn(worker)
      worker.signal('SIGCONT')
    }
  },
})

type Server = keyof ChaosSystem['servers']

const awayKinds = {
  slapd: 'directory-away',
  postgres: 'postgres-away',
  redis: 'redis-away',
  jobs: 'jobs-away',
} as const satisfies Record<Server, IncidentKind>

export const serverKilled = (name: Server, lastsMs = 2000): Fault => ({
  name: `${name} killed`,
  lastsMs,
  begin: async ({ servers }) => {
    await servers[name].kill()
    return () => servers[name].restart()
  },
})

export const serverFrozen = (name: Server, lastsMs = 4000): Fault => ({
  name: `${name} frozen`,
  lastsMs,
  begin: async ({ servers }) => {
    const pids = await servers[name].pids()
    for (const pid of pids) freeze(pid)
    return async () => {
      for (const pid of pids) process.kill(pid, 'SIGCONT')
    }
  },
})

/** It lasts until admins were told that it is away. */
export const untilTold = (name: Server, fault: Fault): Fault => ({ ...fault, tells: [awayKinds[name]] })

export const serverSlow = (name: Server, delayMs: number): Fault => ({
  name: `${name} ${delayMs} ms slower`,
  lastsMs: 4000,
  begin: async ({ servers }) => {
    for (const wire of servers[name].wires) wire.slow(delayMs)
    return async () => {
      for (const wire of servers[name].wires) wire.release()
    }
  },
})

export const cutOff = (name: Server): Fault => ({
  name: `every connection to ${name} cut`,
  lastsMs: 0,
  begin: async ({ servers }) => {
    for (const wire of servers[name].wires) wire.cut()
    return async () => {}
  },
})

/** The deed is done, and its answer a lie. */
export const discordLies: Fault = {
  name: 'Discord answers 502 after doing it, slowly',
  lastsMs: 3000,
  begin: async ({ discord }) => {
    const path = /^\/channels\/\d+\/messages/
    for (const method of ['POST', 'PATCH'])
      discord.script({ method, path, times: 2, answer: { status: 502, delayMs: 500, afterAccepting: true } })
    return async () => {}
  },
}

export const mailRefuses: Fault = {
  name: 'mail server refuses',
  lastsMs: 3000,
  begin: async ({ mail }) => {
    mail.behave({ refuse: { code: 451, message: 'try again later', at: 'recipient' } })
    return async () => mail.behave(null)
  },
}

type Outside = keyof ChaosSystem['outside']
const standIns = { mail: 'mail', Discord: 'discord' } as const

/** Nobody listens there any more, and whoever was connected is cut off. */
export const outsideKilled = (name: Outside, lastsMs = 3000): Fault => ({
  name: `${name} killed`,
  lastsMs,
  begin: async (system) => {
    const standIn = system[standIns[name]]
    await standIn.goAway()
    return () => standIn.comeBack()
  },
})

export const outsideFrozen = (name: Outside, lastsMs = 4000): Fault => ({
  name: `${name} frozen`,
  lastsMs,
  begin: async ({ outside }) => {
    outside[name].freeze()
    return async () => outside[name].release()
  },
})

export const outsideSlow = (name: Outside, delayMs: number): Fault => ({
  name: `${name} ${delayMs} ms slower`,
  lastsMs: 4000,
  begin: async ({ outside }) => {
    outside[name].slow(delayMs)
    return async () => outside[name].release()
  },
})

export const apiKilled: Fault = {
  name: 'api killed',
  lastsMs: 500,
  begin: async ({ api }) => {
    await api.kill()
    return () => api.restart()
  },
}

export const both = (name: string, ...faults: Fault[]): Fault => ({
  name,
  lastsMs: Math.max(...faults.map(({ lastsMs }) => lastsMs)),
  tells: faults.flatMap(({ tells = [] }) => tells),
  begin: async (system) => {
    const ends: (() => Promise<void>)[] = []
    for (const { begin } of faults) ends.push(await begin(system))
    return async () => {
      for (const end of ends) await end()
    }
  },
})

/** Nobody waits for what it left in hand. */
export const hurried = (fault: Fault): Fault => ({
  ...fault,
  begin: async (system) => {
    const end = await fault.begin(system)
    return async () => {
      await end()
      await hurry(system)
    }
  },
})

/** Meanwhile there are a message and a mail to send; the message has to say at its end that it is over. */
export const amidNews = (fault: Fault): Fault => ({
  ...fault,
  begin: async (system) => {
    const news = giveNews(system, fault.name)
    // Whoever stops a worker at its sending waits for that.
    const [end] = await Promise.all([fault.begin(system), news.begun])
    return async () => {
      await end()
      await news.end()
    }
  },
})
