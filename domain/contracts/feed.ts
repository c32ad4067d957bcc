/** The two parts of the directory that are followed, each with a cookie of its own. */
export const feedBases = ['people', 'lists'] as const
export type FeedBase = (typeof feedBases)[number]

/**
 * What a directory's live feed says (RFC 4533), in the server's order. Ids and versions only: whoever wants to know more asks
 * for the entry, which may have changed again by then.
 *
 * - `changed`: the entry is new, was changed or renamed, or the server can't tell whether it was; the same may come twice.
 * - `present`: these were not changed since the cookie, and are still there.
 * - `deleted`: these are no longer there, or no longer what is followed (a person whom the filter leaves out now).
 * - `refreshed`: all that happened before the feed began has been said; what follows happens now. `deletesByAbsence`: who was
 *   neither `changed` nor `present` since the feed began is gone. So it is where the feed began without a cookie, and where the
 *   server no longer knows who was deleted since. A feed that ends before this says nothing about absence.
 * - `cookie`: stands for all that was said before it. To be stored after that was, and never before.
 */
export type FeedEvent =
  | { kind: 'changed'; entryUuid: string; version: string }
  | { kind: 'present'; entryUuids: string[] }
  | { kind: 'deleted'; entryUuids: string[] }
  | { kind: 'refreshed'; deletesByAbsence: boolean }
  | { kind: 'cookie'; cookie: string }

/** Who changed, in the words of a server that is asked again and again. */
export type EntryVersion = { entryUuid: string; version: string }

/** Where it is, too: who is in a branch that is renamed is somewhere else at the same version. */
export type PlacedVersion = EntryVersion & { dn: string }

/** Since when: a `contextCSN`, or a generalized time (RFC 4517, section 3.3.13) as servers without CSNs give as version. */
export type ChangedSince = { csn: string } | { time: string }

/** There is no going on from this cookie: begin anew without one. */
export class FeedRestart extends Error {
  override readonly name = 'FeedRestart'
}
