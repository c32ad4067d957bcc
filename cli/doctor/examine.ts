import { type Area, type Finding, reasonOf } from './finding.ts'

/** A server that answers drop by drop must not hold the whole examination up. */
const areaWithinMs = 30_000

/**
 * Goes through the areas one after another, and hands over each finding as it comes. An area that breaks, or takes too long, is
 * a finding itself; the next one is looked at all the same. Gives them all.
 */
export async function examine(
  areas: readonly Area[],
  on: { begin: (area: string) => void; found: (area: string, finding: Finding) => void },
  withinMs = areaWithinMs,
): Promise<{ area: string; finding: Finding }[]> {
  const all: { area: string; finding: Finding }[] = []
  for (const { name, check } of areas) {
    on.begin(name)
    const tell = (finding: Finding) => {
      all.push({ area: name, finding })
      on.found(name, finding)
    }
    await examineArea(check(), tell, withinMs).catch((error: unknown) =>
      tell({
        check: name,
        state: 'unknown',
        says: `could not be checked to the end: ${reasonOf(error)}`,
        remedy: 'See that the server can be reached from here, then look again.',
      }),
    )
  }
  return all
}

async function examineArea(
  findings: AsyncGenerator<Finding>,
  tell: (finding: Finding) => void,
  withinMs: number,
): Promise<void> {
  const late = Promise.withResolvers<never>()
  late.promise.catch(() => null)
  const timer = setTimeout(() => late.reject(new Error(`not done within ${withinMs / 1000} s`)), withinMs)
  try {
    for (;;) {
      const next = await Promise.race([findings.next(), late.promise])
      if (next.done) return
      tell(next.value)
    }
  } finally {
    clearTimeout(timer)
  }
}

/** 0: all is right; 1: something is wrong; 2: nothing is known to be wrong, but not everything could be checked. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 | 2 {
  if (findings.some(({ state }) => state === 'wrong')) return 1
  return findings.some(({ state }) => state === 'unknown') ? 2 : 0
}
