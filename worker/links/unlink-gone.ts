import { areTooManyAtOnce } from '../../domain/rules/too-many-at-once.ts'
import { directoryAgeS } from '../../domain/store/mirror/directory-age.ts'
import { endPeopleHold, holdPeople, lockPeopleHold } from '../../domain/store/holds/hold-people.ts'
import { endLeaving, type LeavingLink, lookAtLeaving, tellLeaving } from '../../domain/store/links/leaving.ts'
import { takeTurn } from '../../domain/store/take-turn.ts'
import { wordLeaving } from '../../texts/link-notices.ts'
import type { WorkerContext } from '../context.ts'
import { announceHolds } from '../holds/announce-holds.ts'

const turnMs = 60_000

type Looking = Pick<WorkerContext, 'db' | 'log' | 'alertTo' | 'siteTimeZone' | 'syncIntervalS'>

/**
 * Looks after the links of people who are gone from the directory: first they are told, and after their time of grace the link
 * ends. When many are gone at once (within a day, so that what breaks piece by piece counts too), or everybody is, nobody of them is
 * told or unlinked before an admin says that they have left. That is a hold: it is over when enough are back. Nothing is done on
 * the word of a mirror that is not believed: it would not know who has come back.
 * @throws whatever Postgres throws.
 */
export async function unlinkGone(context: Looking): Promise<void> {
  const ageS = await directoryAgeS(context.db)
  if (ageS === null || ageS > 2 * context.syncIntervalS) return
  const turn = await takeTurn(context.db, 'unlink-gone', turnMs)
  if (turn === null) return
  try {
    await lookOnce(context)
    await announceHolds(context)
  } finally {
    await turn.giveBack()
  }
}

async function lookOnce({ db, siteTimeZone }: Looking): Promise<void> {
  await db.transaction(async (tx) => {
    // First, so that an admin's word is either seen below or comes after all of this.
    const waiting = await lockPeopleHold(tx)
    const { leaving, linked } = await lookAtLeaving(tx)
    const undecided = leaving.filter(({ decided }) => decided === null)
    // Those about whom an admin has decided are neither lost nor left.
    const isHeld = areTooMany(undecided, linked - leaving.length + undecided.length)
    if (isHeld) await holdPeople(tx, waiting)
    else if (waiting !== null) await endPeopleHold(tx, waiting)
    const left = leaving.filter(({ decided }) => decided === 'approved' || (decided === null && !isHeld))
    for (const link of left) if (!link.isTold) await tellLeaving(tx, link, wordLeaving(link, siteTimeZone))
    for (const link of left) if (link.isDue) await endLeaving(tx, link)
  })
}

function areTooMany(leaving: readonly LeavingLink[], linked: number): boolean {
  const recent = leaving.filter(({ isRecent }) => isRecent)
  // Told a day ago or longer, they count no more, except where nobody would be left.
  return (
    areTooManyAtOnce(recent.length, linked) || (leaving.length === linked && areTooManyAtOnce(linked, linked))
  )
}
