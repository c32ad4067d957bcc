export type PageMemory = ReturnType<typeof createPageMemory>

/** Who is on a list, as somebody leafs through it: where each page that they saw begins, as the API's cursors say. */
export type Leafing = { list: string; q: string; cursors: readonly (string | null)[] }

/**
 * Cursors are too long for a button, so buttons carry a key, and what they stand for is kept here: for so many pages at most, the
 * oldest is forgotten first. Who restarts the bot forgets them all; a button then says that the command is to be used again.
 */
export function createPageMemory(limit: number) {
  const known = new Map<string, Leafing>()
  return {
    recall: (key: string): Leafing | undefined => known.get(key),

    remember(key: string, leafing: Leafing): void {
      known.delete(key)
      known.set(key, leafing)
      const [oldest] = known.keys()
      if (known.size > limit && oldest !== undefined) known.delete(oldest)
    },
  }
}
