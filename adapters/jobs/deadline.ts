/**
 * What `work` answers, or a rejection after `ms` milliseconds. The work itself goes on: give it a way to end.
 * A rejection of work that is late is dropped, since nobody waits for it any more. All but adapters, which import contracts only, have
 * `within` of the rules for this.
 */
export async function withDeadline<Answer>(work: Promise<Answer>, ms: number, what: string): Promise<Answer> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`${what} took more than ${ms} ms`)), ms)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Waits for connections to close, 2 s at most: a server that is gone can't say goodbye. Never rejects. */
export async function closeQuietly(closing: Promise<unknown>): Promise<void> {
  await withDeadline(closing, 2000, 'closing').catch(() => {})
}
