import { areTooManyAtOnce } from '../../domain/rules/too-many-at-once.ts'
import type { Database } from '../../domain/store/database.ts'
import { directoryAgeS } from '../../domain/store/directory-age.ts'
import { endAlerts } from '../../domain/store/end-alerts.ts'
import { endLeaving, type LeavingLink, lookAtLeaving, tellLeaving } from '../../domain/store/leaving.ts'
import { raiseAlert } from '../../domain/store/raise-alert.ts'
import { takeTurn } from '../../domain/store/take-turn.ts'
import { wordManyGone } from '../../texts/leaving-alert.ts'
import { wordLeaving } from '../../texts/link-notices.ts'
import type { WorkerContext } from '../context.ts'

const turnMs = 60_000
const incident = 'many-gone'

type Looking = Pick<WorkerContext, 'db' | 'log' | 'alertTo' | 'syncIntervalS'>

/**
 * Looks after the links of people who are gone from the directory: first they are told, and after their time of grace the link
 * ends. When many are gone at once (within a day, so that what breaks piece by piece counts too), or everybody is, nobody is told or
 * unlinked, and the admins are asked to look. Nothing is done on the word of a mirror that is not believed: it would not know
 * who has come back.
 * @throws whatever Postgres throws.
 */
export async function unlinkGone(context: Looking): Promise<void> {
  const ageS = await directoryAgeS(context.db)
  if (ageS === null || ageS > 2 * context.syncIntervalS) return
  const turn = await takeTurn(context.db, 'unlink-gone', turnMs)
  if (turn === null) return
  try {
    const held = await lookOnce(context.db)
    if (held === null) await endAlerts(context, [incident])
    else await raiseAlert(context, { key: incident, ...wordManyGone(held) })
  } finally {
    await turn.giveBack()
  }
}

/** What is held back because there are too many; null when everybody was told, or unlinked, who was due. */
async function lookOnce(db: Database): Promise<{ gone: number; linked: number } | null> {
  return db.transaction(async (tx) => {
    const { leaving, linked } = await lookAtLeaving(tx)
    if (areTooMany(leaving, linked)) return { gone: leaving.length, linked }
    for (const link of leaving) if (!link.isTold) await tellLeaving(tx, link, wordLeaving(link))
    for (const link of leaving) if (link.isDue) await endLeaving(tx, link)
    return null
  })
}

function areTooMany(leaving: readonly LeavingLink[], linked: number): boolean {
  const recent = leaving.filter(({ isRecent }) => isRecent)
  // Told a day ago or longer, they count no more, except where nobody would be left.
  return (
    areTooManyAtOnce(recent.length, linked) || (leaving.length === linked && areTooManyAtOnce(linked, linked))
  )
}
