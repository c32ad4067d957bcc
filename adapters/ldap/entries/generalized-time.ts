/** A GeneralizedTime (RFC 4517, section 3.3.13) in UTC, to the second; null for what begins like none. */
export function readGeneralizedTime(text: string): Date | null {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(text) ?? []
  if (parts.length === 0) return null
  const [year = 0, month = 1, ...rest] = parts.map(Number)
  return new Date(Date.UTC(year, month - 1, ...rest))
}

/** The same, written: without fractions of a second. `ms`: since 1970. */
export const generalizedTime = (ms: number): string =>
  `${new Date(ms).toISOString().replace(/\..*|[-:T]/g, '')}Z`
