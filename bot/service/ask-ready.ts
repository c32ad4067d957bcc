import { Type } from 'typebox'
import { Value } from 'typebox/value'

/** How the service is, seen from the bot: `silent`, the API gives no answer; `unable`, it says that it can't serve; `idle`, no worker lives. */
export type Readiness = 'well' | 'silent' | 'unable' | 'idle'

const Ready = Type.Object({
  status: Type.String(),
  checks: Type.Object({ workers: Type.Optional(Type.String()) }),
})

/** Asks the API how it is. */
export async function askReady(apiUrl: string, deadlineMs: number): Promise<Readiness> {
  try {
    const answer = await fetch(`${apiUrl}/readyz`, { signal: AbortSignal.timeout(deadlineMs) })
    const ready: unknown = await answer.json()
    if (!Value.Check(Ready, ready)) return 'silent'
    const { status, checks } = ready
    // Without Postgres nobody knows whether a worker lives.
    if (status === 'unavailable') return 'unable'
    return checks.workers === 'down' ? 'idle' : 'well'
  } catch {
    return 'silent'
  }
}
