/** What `work` gives, unless that takes longer. @throws {Error} then; the work goes on, and nobody looks at what becomes of it. */
export async function within<Done>(ms: number, work: () => Promise<Done>): Promise<Done> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${ms} ms`)), ms)
  return Promise.race([work(), late.promise]).finally(() => clearTimeout(timer))
}
