import { relative } from 'node:path'

/** A path as one would type it: from here if it is below, else whole. */
export function shortPath(path: string): string {
  const fromHere = relative(process.cwd(), path)
  return fromHere.startsWith('..') ? path : fromHere || '.'
}
