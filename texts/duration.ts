import type { Translate } from './translate.ts'

/** A length of time in words, as exact as somebody who reads it cares for. */
export function durationIn(t: Translate, seconds: number): string {
  if (seconds < 90) return words(t, 'second', Math.max(1, Math.round(seconds)))
  if (seconds < 5400) return words(t, 'minute', Math.round(seconds / 60))
  if (seconds < 172_800) return words(t, 'hour', Math.round(seconds / 3600))
  return words(t, 'day', Math.round(seconds / 86_400))
}

const words = (t: Translate, unit: 'second' | 'minute' | 'hour' | 'day', count: number) =>
  t(`duration.${unit}.${count === 1 ? 'one' : 'many'}`, { count })
