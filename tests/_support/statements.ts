import pg from 'pg'
import { onTestFinished, vi } from 'vitest'

/** Every statement that runs from now on in this test, as it is prepared. */
export function statements(): ReadonlySet<string> {
  const seen = new Set<string>()
  // eslint-disable-next-line typescript/unbound-method
  const { query } = pg.Client.prototype as { query: (...args: unknown[]) => unknown }
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: unknown, ...args) {
    const [asked] = args as unknown[]
    const text = typeof asked === 'string' ? asked : (asked as { text?: string }).text
    if (text !== undefined) seen.add(text)
    return query.apply(this, args) as void
  })
  onTestFinished(() => spy.mockRestore())
  return seen
}
