/** As Discord shows a moment (milliseconds since 1970) in the style that a message asks for, `f` where it asks for none. */
export function momentWords(time: number, style = 'f'): string {
  if (style === 'R') return distance(Math.round((time - Date.now()) / 1000))
  return new Intl.DateTimeFormat('en-GB', formats[style] ?? formats['f']).format(time)
}

// https://docs.discord.com/developers/reference#message-formatting-timestamp-styles
const formats: Record<string, Intl.DateTimeFormatOptions> = {
  t: { timeStyle: 'short' },
  T: { timeStyle: 'medium' },
  d: { dateStyle: 'short' },
  D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' },
  F: { dateStyle: 'full', timeStyle: 'short' },
}

const minute = 60
const hour = 60 * minute
const day = 24 * hour
const month = 30 * day
const year = 365 * day

/** Each unit up to where the next one takes over. */
const steps = [
  { unit: 'second', seconds: 1, below: minute },
  { unit: 'minute', seconds: minute, below: hour },
  { unit: 'hour', seconds: hour, below: day },
  { unit: 'day', seconds: day, below: month },
  { unit: 'month', seconds: month, below: year },
] as const

function distance(seconds: number): string {
  const words = new Intl.RelativeTimeFormat('en')
  for (const { unit, seconds: each, below } of steps) {
    const count = Math.round(seconds / each)
    if (Math.abs(count) * each < below) return words.format(count, unit)
  }
  return words.format(Math.round(seconds / year), 'year')
}
