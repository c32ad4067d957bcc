import type { Logger } from 'pino'

export type Outage = {
  began(error: unknown): void
  over(): void
}

/** Says once that something went away and once that it is back, however often it is tried meanwhile. */
export function watchOutage(log: Logger, what: string): Outage {
  let since: number | undefined
  return {
    began(error) {
      if (since === undefined) log.warn({ reason: messageOf(error) }, `${what}: away, trying again`)
      since ??= Date.now()
    },
    over() {
      if (since !== undefined) log.info({ awayMs: Date.now() - since }, `${what}: back`)
      since = undefined
    },
  }
}

/** The message alone: an error of the pg library carries its whole client along. */
export function messageOf(error: unknown): string {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error
  return inner instanceof Error ? inner.message : String(inner)
}
