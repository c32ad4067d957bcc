/** A moment as mails and files write it: `2026-11-21 13:04:05 GMT+8`, or without the seconds. */
export function siteTime(
  moment: Date | string | number,
  timeZone: string,
  { seconds = true }: { seconds?: boolean } = {},
): string {
  const at = new Date(moment)
  // Swedish writes days and times as ISO 8601 does.
  const written = at.toLocaleString('sv-SE', {
    dateStyle: 'short',
    timeStyle: seconds ? 'medium' : 'short',
    timeZone,
  })
  return `${written} ${zoneName(at, timeZone)}`
}

/** What the zone is called at that moment, in short: `UTC`, `CET`, `GMT+8`. */
export function zoneName(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'short' }).formatToParts(at)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
}
