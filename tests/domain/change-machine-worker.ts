import type { RemovalLimit } from '../../domain/rules/removal-limit.ts'
import type { Database } from '../../domain/store/database.ts'
import { drainLane } from '../../worker/apply/drain-lane.ts'
import { readWorkerConfig } from '../../worker/config.ts'
import type { WorkerContext } from '../../worker/context.ts'
import { openContext } from '../../worker/open-context.ts'
import { testLog } from '../_support/world.ts'
import type { FakeDirectory, Gate, Verdict } from './change-machine-directory.ts'

export const removalLimit: RemovalLimit = { percent: 100, count: 1000 }

/** A worker that is moved on by hand: it stops wherever it would wait for the directory. */
export type SteppedWorker = {
  isIdle: () => boolean
  /** Looks for work in a lane, and gives when it waits for the directory, or found none. */
  work: (lane: number, observeOnly: boolean) => Promise<void>
  /** What it waits for happens; gives when it waits again, or has done. */
  goOn: (verdict: Verdict) => Promise<void>
  /** It gets no further, and says nothing any more. */
  kill: () => Promise<void>
}

type Waiting = { release: (verdict: Verdict) => void; abort: (error: Error) => void }

export function createSteppedWorker(db: Database, directory: FakeDirectory): SteppedWorker {
  let waiting: Waiting[] = []
  let doing: Promise<void> | null = null
  let failure: unknown = null
  let reached = Promise.withResolvers<void>()
  let life = { ended: false }

  const gateOf =
    (own: { ended: boolean }): Gate =>
    () =>
      new Promise((release, abort) => {
        if (own.ended) return abort(new Error('killed'))
        waiting.push({ release, abort })
        reached.resolve()
      })
  const settle = async () => {
    await reached.promise
    const error = failure
    failure = null
    if (error !== null) throw error
  }
  const move = (how: () => void) => {
    reached = Promise.withResolvers()
    how()
    return settle()
  }

  return {
    isIdle: () => doing === null,
    work: (lane, observeOnly) =>
      move(() => {
        const own = { ended: false }
        life = own
        const opening = openContext(readWorkerConfig(environment), testLog, {
          db: mortal(db, own),
          directory: directory.behind(gateOf(own), { observes: observeOnly }),
          ...withoutTheOthers,
          observeOnly,
          removalLimit,
          stopping: new AbortController().signal,
          later: () => undefined,
        })
        doing = opening
          .then((context) => drainLane(context, lane))
          .then(
            () => undefined,
            (error: unknown) => {
              if (!own.ended) failure = error
            },
          )
          .then(() => {
            doing = null
            waiting = []
            reached.resolve()
          })
      }),
    goOn: (verdict) => {
      const next = waiting.shift()
      return next ? move(() => next.release(verdict)) : Promise.resolve()
    },
    kill: async () => {
      if (doing === null) return
      life.ended = true
      const ending = doing
      for (const { abort } of waiting.splice(0)) abort(new Error('killed'))
      await ending
    },
  }
}

/** Nothing listens at these addresses, and nothing asks there. */
const environment = {
  DATABASE_URL: 'postgres://nobody:none@127.0.0.1:9/none',
  JOBS_URL: 'postgres://nobody:none@127.0.0.1:9/none',
  REDIS_URL: 'redis://127.0.0.1:9',
  LDAP_URL: 'ldap://127.0.0.1:9',
  LDAP_BIND_DN: 'cn=guildpost,dc=example,dc=org',
  LDAP_BIND_PASSWORD: 'none',
  LDAP_PEOPLE_BASE: 'ou=people,dc=example,dc=org',
  LDAP_LISTS_BASE: 'ou=lists,dc=example,dc=org',
  DISCORD_TOKEN: 'none',
  SMTP_URL: 'smtp://127.0.0.1:9',
  MAIL_FROM: 'guildpost <lists@example.org>',
}

/** An apply has no use for these. */
const withoutTheOthers = {
  jobs: {} as WorkerContext['jobs'],
  mailer: {} as WorkerContext['mailer'],
  discord: {} as WorkerContext['discord'],
}

/** Whoever is dead reaches the database no more. */
function mortal(db: Database, life: { ended: boolean }): Database {
  return new Proxy(db, {
    get: (target, name) => {
      if (life.ended) throw new Error('killed')
      return Reflect.get(target, name) as unknown
    },
  })
}
