const againAfterMs = 60_000

/** Trouble that is met again and again while it lasts, and that whoever reads the log wants to hear of now and then. */
export type LastingTrouble = {
  /** Calls `say` when it begins, when it has a reason that was not said within the last minute, and else once a minute. */
  met: (error: unknown, say: () => void) => void
  /** Calls `say` when there was trouble, with how long it lasted. */
  over: (say: (lastedMs: number) => void) => void
}

/** `now`: milliseconds by a clock that nobody sets. */
export function lastingTrouble(now: () => number = () => performance.now()): LastingTrouble {
  let began: number | null = null
  /** When each reason was said last. */
  const said = new Map<string, number>()
  return {
    met(error, say) {
      const at = now()
      began ??= at
      for (const [reason, when] of said) if (at - when >= againAfterMs) said.delete(reason)
      const reason = reasonOf(error)
      if (said.has(reason)) return
      said.set(reason, at)
      say()
    },
    over(say) {
      if (began === null) return
      const lastedMs = Math.round(now() - began)
      began = null
      said.clear()
      say(lastedMs)
    },
  }
}

/** One for each name, made when it is asked for first. */
export function namedTroubles(): (name: string) => LastingTrouble {
  const troubles = new Map<string, LastingTrouble>()
  return (name) => {
    const trouble = troubles.get(name) ?? lastingTrouble()
    troubles.set(name, trouble)
    return trouble
  }
}

function reasonOf(error: unknown): string {
  // One for each address that was tried: its own message is empty.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error
  return inner instanceof Error ? inner.message : String(inner)
}
