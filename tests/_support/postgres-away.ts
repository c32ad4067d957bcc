import type { TestContext } from 'vitest'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'
import { waitUntil } from './world.ts'

/** Nobody listens there. */
const nowhere = 9

/** A Postgres behind a proxy that can be away: every connection ends, and new ones come to nothing. */
export type PostgresAway = {
  /** For whoever shall meet that. */
  url: string
  proxy: TcpProxy
  /** How many connections came to nothing. */
  refused: () => number
  goAway: () => void
  comeBack: () => void
  /** Goes away, and comes back once somebody has tried to connect again and again. */
  goAwayForAMoment: () => void
}

export async function postgresThatGoesAway(databaseUrl: string, t?: TestContext): Promise<PostgresAway> {
  const url = new URL(databaseUrl)
  const port = Number(url.port)
  let isAway = false
  let refused = 0
  const proxy = await startTcpProxy(() => {
    if (!isAway) return port
    refused += 1
    return nowhere
  }, t)
  url.port = String(proxy.port)
  const goAway = () => {
    isAway = true
    proxy.cut()
  }
  const comeBack = () => {
    isAway = false
  }
  return {
    url: String(url),
    proxy,
    refused: () => refused,
    goAway,
    comeBack,
    goAwayForAMoment: () => {
      goAway()
      const before = refused
      void waitUntil('somebody tries again', async () => (refused > before + 3 ? true : null)).then(comeBack)
    },
  }
}
