import type { Database } from './database.ts'

export type PoolUse = { used: number; waiting: number; max: number }

/** The pool that knex keeps (tarn), as far as it is watched here. */
type Pool = {
  max: number
  numUsed(): number
  numPendingAcquires(): number
  on(event: 'acquireRequest' | 'acquireSuccess' | 'acquireFail', handler: (requestId: number) => void): void
}

const poolOf = (db: Database): Pool => db.client.pool as Pool

/** How many connections to Postgres are in use, and how many wait for one. */
export function poolUse(db: Database): PoolUse {
  const pool = poolOf(db)
  return { used: pool.numUsed(), waiting: pool.numPendingAcquires(), max: pool.max }
}

/** Tells of each connection how long it was waited for, in seconds, given up or not. */
export function watchPool(db: Database, onWaited: (seconds: number) => void): void {
  const pool = poolOf(db)
  const since = new Map<number, number>()
  const waited = (requestId: number) => {
    const began = since.get(requestId)
    if (began === undefined) return
    since.delete(requestId)
    onWaited((performance.now() - began) / 1000)
  }
  pool.on('acquireRequest', (requestId) => since.set(requestId, performance.now()))
  pool.on('acquireSuccess', waited)
  pool.on('acquireFail', waited)
}
