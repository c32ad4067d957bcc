/**
 * Whether so many of a total, lost at once, look like a broken directory or a wrong database rather than like people who left:
 * more than a fifth of them (and more than five), or all of three or more.
 */
export const areTooManyAtOnce = (lost: number, total: number): boolean =>
  lost > Math.max(5, total * 0.2) || (total >= 3 && lost >= total)
