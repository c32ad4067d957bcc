import { createHash } from 'node:crypto'

/** An id of Discord's kind, made of the user name: the same account at every start. */
export function accountIdOf(username: string): string {
  const digest = createHash('sha256').update(username).digest('hex').slice(0, 12)
  return String(210_000_000_000_000_000n + BigInt(`0x${digest}`))
}
