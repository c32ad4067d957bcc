import type { Capabilities } from '../../adapters/ldap/capabilities.ts'
import { generalizedTime } from '../../adapters/ldap/entries/generalized-time.ts'
import type { FeedMode } from '../../domain/store/mirror/feed.ts'

/** A version of a server without CSNs is the time of an entry's last change; some show not even that. */
const beginsWithTime = /^\d{14}/

/** Where nothing has a time: all that there will be is asked for. */
const earliestTime = '19700101000000Z'

/** Since when a directory without CSNs is asked what changed. `version`: the newest that is known of. */
export const timeOf = (version: string | null): string =>
  version !== null && beginsWithTime.test(version) ? version : earliestTime

/** Servers' clocks differ by less, and what a question names twice costs little. */
const oneHourMs = 3_600_000

/** The newest of these times that is none of the future, where a clock was wrong: asked from there on, a server would name nobody. */
export function newestTime(versions: readonly (string | null)[], cookie: string | null): string {
  const now = Date.now()
  const past = versions.map(timeOf).filter((time) => time <= generalizedTime(now))
  const least = cookie ?? (past.length < versions.length ? generalizedTime(now - oneHourMs) : earliestTime)
  return past.reduce((newest, time) => (time > newest ? time : newest), least)
}

/**
 * How a directory is followed: by the best that it offers. `versions` are one of a person and one of a list, null where there is none
 * yet: where lists show no time, what changes about them has to be read.
 */
export function chooseMode(
  { syncrepl, contextCsn }: Pick<Capabilities, 'syncrepl' | 'contextCsn'>,
  versions: { people: string | null; lists: string | null },
): FeedMode {
  if (syncrepl) return 'syncrepl'
  if (contextCsn) return 'version'
  const { people, lists } = versions
  const showsTimes = people !== null && [people, lists ?? people].every((one) => beginsWithTime.test(one))
  return showsTimes ? 'time' : 'full'
}

/**
 * How often a directory that tells nothing by itself is asked what has changed, and who is there: those who are gone don't show among
 * what has changed. Where a version tells that nothing changed at all, nobody is counted.
 */
export const paces: Readonly<Record<'version' | 'time', { askEveryMs: number; countEveryMs: number }>> = {
  version: { askEveryMs: 1000, countEveryMs: 1000 },
  time: { askEveryMs: 3000, countEveryMs: 5000 },
}
/** Counting takes at most this share of the time: the larger the directory, the rarer. */
export const countingShare = 0.02

/** Whether it can do more by now, is asked so often where only reading everything tells what changed. */
export const chooseAgainMs = 60_000
/** A list that a worker has in hand is looked at again after this. */
export const lookAgainMs = 250
/**
 * How often it is made sure that the feed is alive and that the mirror misses nothing, and the admins' group is read, which need not be
 * below the bases that are followed.
 */
export const confirmEveryMs = (syncIntervalS: number): number => Math.min(15_000, (syncIntervalS * 1000) / 4)
/** A list that workers have in hand one after the other for so long is ours first from then on, for so long at most. */
export const claimAfterMs = 2000
export const claimMs = 5000
/** How often it is asked whether there are lists of which nobody has read who is on them. */
export const seekUnreadMs = 1000
/** How long a live feed that the directory offers and refuses is not asked for. */
export const refusedForMs = 600_000
/** How long to wait before a feed that broke is opened again: at first, and at most. */
export const reopenAfterMs = { first: 250, most: 15_000 }
/** With more than this share to fetch, one pass over everything is cheaper than asking for each. */
export const shareForFullPass = 0.2
/** How many people are fetched and written together. */
export const peopleAtOnce = 2000
/** How many member values are written together. */
export const valuesAtOnce = 5000
/** The same where no list is known: then Postgres reads all people once for each batch. */
export const firstValuesAtOnce = 15_000
/** Something that has to be looked at again for longer than this makes the mirror doubtful. */
export const doubtfulAfterMs = 60_000
