import { readUnreadLists, unwantLists, wantLists } from '../../domain/store/mirror/awaited-lists.ts'
import type { FollowContext } from '../context.ts'
import { announceDrifts } from './announce-drifts.ts'
import type { ToLookAt } from './feed-inbox.ts'
import { placePeople, type Placing, readPlacing } from './place-people.ts'
import { readAdmins } from './read-admins.ts'
import {
  claimAfterMs,
  claimMs,
  confirmEveryMs,
  doubtfulAfterMs,
  lookAgainMs,
  seekUnreadMs,
} from './sync-plan.ts'
import { takeInLists } from './take-in-lists.ts'
import { takeInPeople } from './take-in-people.ts'

/** Brings what the directory says has changed into the mirror, and keeps what has to be looked at again. */
export type Intake = {
  people: (look: ToLookAt) => Promise<void>
  lists: (look: ToLookAt) => Promise<void>
  /** Does what is due by now: another look, placing people, telling admins of edits, reading who is an admin. */
  settle: () => Promise<void>
  /** Nothing has to be looked at again. */
  isSettled: () => boolean
  /** Something has been waiting for another look for too long. */
  isDoubtful: () => boolean
}

/** Begins with looking for whom nobody has placed yet. `until`: nothing new is begun once it is aborted. */
export function createIntake(context: FollowContext, until: AbortSignal): Intake {
  const { db } = context
  /** Lists to be looked at again, with since when. */
  const later = new Map<string, number>()
  /** Those of which workers are told to leave them to us. */
  const wanted = new Set<string>()
  let lookedAgainAt = Number.NEGATIVE_INFINITY
  let soughtUnreadAt = Number.NEGATIVE_INFINITY
  let isPlacing = true
  let placing: Placing | null = null
  let isToTell = true
  let adminsReadAt = Number.NEGATIVE_INFINITY

  const lookAt = async (look: ToLookAt): Promise<void> => {
    const done = await takeInLists(context, look, until)
    const left = new Set(done.left)
    for (const id of [...look.changed.keys(), ...look.missing]) if (!left.has(id)) later.delete(id)
    for (const id of left) if (!later.has(id)) later.set(id, performance.now())
    isToTell ||= done.isToTell
  }
  const place = async (): Promise<void> => {
    if (placing === null) {
      if (!isPlacing) return
      isPlacing = false
      placing = await readPlacing(context)
      if (placing === null) return
    }
    const done = await placePeople(context, placing, until)
    placing = done.left
    isToTell ||= done.isToTell
  }
  /** One worker after the other may have a list in hand: at some time it is our turn. */
  const claim = async (): Promise<void> => {
    const now = performance.now()
    const overdue = [...later].flatMap(([id, since]) => (now - since > claimAfterMs ? id : []))
    if (overdue.length > 0) await wantLists(db, overdue, claimMs / 1000)
    for (const id of overdue) wanted.add(id)
    const done = [...wanted].filter((id) => !later.has(id))
    if (done.length > 0) await unwantLists(db, done)
    for (const id of done) wanted.delete(id)
  }

  return {
    people: async (look) => {
      if ((await takeInPeople(context, look, until)) === 0) return
      isPlacing = true
      adminsReadAt = Number.NEGATIVE_INFINITY
    },
    lists: lookAt,
    settle: async () => {
      const isTime = performance.now() - lookedAgainAt >= lookAgainMs
      if (isTime) lookedAgainAt = performance.now()
      if (placing === null || isTime) await place()
      if (later.size > 0 && isTime) await lookAt(asLook(later.keys()))
      await claim()
      if (performance.now() - soughtUnreadAt >= seekUnreadMs) {
        soughtUnreadAt = performance.now()
        const unread = await readUnreadLists(db)
        if (unread.length > 0) await lookAt(asLook(unread))
      }
      if (isToTell) await announceDrifts(context)
      isToTell = false
      if (performance.now() - adminsReadAt < confirmEveryMs(context.syncIntervalS)) return
      adminsReadAt = performance.now()
      await readAdmins(context)
    },
    isSettled: () => later.size === 0 && placing === null && !isPlacing,
    isDoubtful: () => [...later.values()].some((since) => performance.now() - since > doubtfulAfterMs),
  }
}

const asLook = (ids: Iterable<string>): ToLookAt => ({
  changed: new Map([...ids].map((id) => [id, null])),
  missing: new Set(),
})
