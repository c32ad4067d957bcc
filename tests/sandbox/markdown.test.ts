import { expect, onTestFinished, test, vi } from 'vitest'
import { terminalMarkdown } from '../../sandbox/prompt/markdown.ts'

const now = new Date(2026, 2, 4, 14, 5, 6).getTime()

/** How a moment so many seconds from now is shown. */
function shown(seconds: number, style: string): string {
  vi.useFakeTimers({ now, toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  return terminalMarkdown(`<t:${Math.floor(now / 1000) + seconds}:${style}>`, (id) => id)
}

const minute = 60
const hour = 60 * minute
const day = 24 * hour

test.each([
  [20, 'in 20 seconds'],
  [-100, '2 minutes ago'],
  [59 * minute, 'in 59 minutes'],
  [60 * minute, 'in 1 hour'],
  [23 * hour, 'in 23 hours'],
  [day, 'in 1 day'],
  [-6 * day, '6 days ago'],
  [40 * day, 'in 1 month'],
  [-300 * day, '10 months ago'],
  [730 * day, 'in 2 years'],
])('%i seconds from now is “%s”, as Discord counts', (seconds, words) => {
  expect(shown(seconds, 'R')).toBe(words)
})

test.each([
  ['t', '14:05'],
  ['T', '14:05:06'],
  ['d', '04/03/2026'],
  ['D', '4 March 2026'],
  ['f', '4 March 2026 at 14:05'],
])('a moment in style %s is “%s”', (style, words) => {
  expect(shown(0, style)).toBe(words)
})
