/**
 * Looks once for all who ask for it before the next look begins; one look at a time. What it gives settles with the look that began after
 * it was asked for.
 */
export function lookOnceForAll(look: () => Promise<void>): () => Promise<void> {
  let next: Promise<void> | null = null
  let running: Promise<void> = Promise.resolve()
  return () => {
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = null
        running = look()
        return running
      })
    return next
  }
}
