import { lists, members, refused } from './change-machine-steps.ts'
import type { ChangeRow, Stage } from './change-machine-story.ts'

/**
 * What must be true after any story that came to rest, said without a word about leases, lanes or batches:
 *
 * - every change has ended, `failed` only where the directory refuses the value;
 * - the proof of an applied change names a version in which it is true, made by the change itself where it says `modified`;
 * - of two applied words of a member, the later one has the later proof;
 * - the list is as the newest applied word says, or as other tools made it after that word's proof; without one as it was, or as they
 *   made it;
 * - the engine wrote nothing that nobody asked for;
 * - the mirror is the directory.
 *
 * Gives what is not so.
 */
export async function contradictions(stage: Stage): Promise<string[]> {
  const changes = await stage.changes()
  const wrong = changes.flatMap((change) => ofOne(stage, change))
  for (const list of lists) {
    for (const member of members)
      wrong.push(
        ...ofPair(
          stage,
          { list, member },
          changes.filter((change) => change.list === list && change.member === member),
        ),
      )
    for (const uid of [...members, 'erin', 'frank'])
      if ((await stage.isMirrored(list, uid)) !== isOn(stage, list, uid))
        wrong.push(`the mirror and the directory differ about ${uid} on ${list}`)
    for (const uid of ['erin', 'frank'])
      if (!isOn(stage, list, uid)) wrong.push(`${uid} was lost from ${list}`)
  }
  return wrong
}

const isOn = ({ directory }: Stage, list: string, uid: string): boolean =>
  directory.historyOf(list).at(-1)?.members.has(uid) === true

const named = ({ id, list, member, action, state }: ChangeRow): string =>
  `${member} ${action} ${list} (${id.slice(-4)}, ${state})`

function ofOne({ directory }: Stage, change: ChangeRow): string[] {
  switch (change.state) {
    case 'superseded':
      return change.supersededBy === null ? [`nothing took the place of ${named(change)}`] : []
    case 'cancelled':
      return []
    case 'failed':
      return change.member === refused && change.action === 'subscribe'
        ? []
        : [`${named(change)}: ${change.reasonCode}`]
    case 'applied': {
      const number = directory.numberOf(change.proofVersion ?? '')
      const proof = directory.historyOf(change.list)[number]
      if (!proof) return [`${named(change)}: its proof is a version that never was`]
      if (proof.members.has(change.member) !== (change.action === 'subscribe'))
        return [`${named(change)}: it is not so in version ${number}`]
      const isOurs = proof.by === 'worker' && proof.touched.includes(change.member)
      return change.proofHow === 'found' || isOurs
        ? []
        : [`${named(change)}: version ${number} was not made by it`]
    }
    case 'awaiting_approval':
    case 'queued':
    case 'applying':
      return [`${named(change)} has not ended`]
  }
}

/** `changes` in the order in which they were asked for. */
function ofPair(
  stage: Stage,
  { list, member }: { list: string; member: string },
  changes: readonly ChangeRow[],
): string[] {
  const { directory } = stage
  const proofOf = (change: ChangeRow) => directory.numberOf(change.proofVersion ?? '')
  const applied = changes.filter(({ state }) => state === 'applied')
  const wrong = applied.flatMap((change, at) => {
    const before = applied[at - 1]
    return before && proofOf(before) > proofOf(change)
      ? [`${named(change)} was applied before ${named(before)}`]
      : []
  })
  const newest = applied.at(-1)
  const writes = directory
    .historyOf(list)
    .map((version, number) => ({ ...version, number }))
    .filter(({ touched }) => touched.includes(member))
  for (const write of writes.filter(({ by }) => by === 'worker')) {
    const action = write.members.has(member) ? 'subscribe' : 'unsubscribe'
    if (!changes.some((change) => change.action === action))
      wrong.push(`nobody asked to ${action} ${member} on ${list}`)
  }
  const since = newest ? proofOf(newest) : 0
  const later = writes.findLast(({ number, by }) => number > since && by === 'outside')
  const wished = newest ? newest.action === 'subscribe' : directory.historyOf(list)[0]?.members.has(member)
  const expected = later ? later.members.has(member) : wished === true
  // Only where the last word was waiting for an approval, and never got it, nothing keeps out what an earlier word's modify does late.
  const after = changes.slice(newest ? changes.indexOf(newest) + 1 : 0)
  const excused =
    stage.neverApproved.has(after.at(-1)?.id ?? '') &&
    after.some(
      ({ state, action }) => state === 'superseded' && (action === 'subscribe') === isOn(stage, list, member),
    )
  if (isOn(stage, list, member) !== expected && !excused)
    wrong.push(
      `${member} is ${expected ? 'not ' : ''}on ${list}, against ${newest ? named(newest) : 'what was before'}`,
    )
  return wrong
}
