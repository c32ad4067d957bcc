/** What each gets of `room` that wants so much: nobody more than they want, and of what is short, all the same. */
export function shareRoom(wanted: readonly number[], room: number): number[] {
  const given = wanted.map(() => 0)
  const smallestFirst = [...wanted.keys()].toSorted((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0))
  let left = Math.max(0, room)
  for (const [served, who] of smallestFirst.entries()) {
    const share = Math.min(wanted[who] ?? 0, Math.floor(left / (smallestFirst.length - served)))
    given[who] = share
    left -= share
  }
  return given
}
