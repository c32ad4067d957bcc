import { csnsChanged } from '../../adapters/ldap/follow/context-csn.ts'
import { DirectoryFailure } from '../../adapters/ldap/failure.ts'
import { resultCode } from '../../adapters/ldap/result-codes.ts'
import { type FeedBase, feedBases, FeedRestart } from '../../domain/contracts/feed.ts'
import { pause } from '../../domain/rules/pause.ts'
import { confirmFeeds, openFeed, storeCookie } from '../../domain/store/mirror/feed.ts'
import type { FollowContext } from '../context.ts'
import { createFeedInbox, lookAtChanged, type ToLookAt, type Work } from './feed-inbox.ts'
import { fullRead } from './full-read.ts'
import { createIntake } from './intake.ts'
import { readAbsent } from './read-absent.ts'
import { confirmEveryMs, lookAgainMs } from './sync-plan.ts'

/** Somebody else consumes the feed: whoever finds its cookie in the place of their own stops. */
export class FeedTaken extends Error {
  override readonly name = 'FeedTaken'
}

/** The directory offers a live feed, and doesn't let us have it. */
export class FeedRefused extends Error {
  override readonly name = 'FeedRefused'
}

const refusals: ReadonlySet<number> = new Set([
  resultCode.unavailableCriticalExtension,
  resultCode.insufficientAccessRights,
  resultCode.unwillingToPerform,
])

/**
 * Follows the directory by its live feeds until `until` is aborted. `onConfirmed` is called whenever the mirror is known to have all that
 * the directory has.
 * @throws {FeedTaken} @throws {FeedRefused} @throws {DirectoryFailure} @throws {IncompleteRead} what is in the mirror by then is right, and
 * the cookies stand for no more than that.
 */
export async function followFeed(
  context: FollowContext,
  until: AbortSignal,
  onConfirmed: () => Promise<void>,
): Promise<void> {
  const { db, directory } = context
  const broken = new AbortController()
  const closing = AbortSignal.any([until, broken.signal])
  const intake = createIntake(context, closing)
  const inboxes = { people: createFeedInbox(), lists: createFeedInbox() }
  const stored: Record<FeedBase, string | null> = {
    people: await openFeed(db, 'people', 'syncrepl'),
    lists: await openFeed(db, 'lists', 'syncrepl'),
  }
  /** Cookies of what was taken in, to be stored. */
  const cookies: Record<FeedBase, string | null> = { people: null, lists: null }
  /** What happened before the feed began is in the mirror. */
  const isCaughtUp: Record<FeedBase, boolean> = { people: false, lists: false }
  let bell = Promise.withResolvers<void>()
  /** Before the feeds begin: what they say at first covers all up to it. */
  let coveredCsn = await directory.readContextCsn()
  let confirmedAt = Number.NEGATIVE_INFINITY

  const listen = async (base: FeedBase) => {
    try {
      for await (const events of directory.follow(base, { cookie: stored[base], signal: closing })) {
        inboxes[base].take(events)
        bell.resolve()
      }
    } catch (error) {
      if (error instanceof DirectoryFailure && refusals.has(error.code ?? 0))
        throw new FeedRefused(error.message, { cause: error })
      if (!(error instanceof FeedRestart)) throw error
      context.log.warn({ err: error, base }, 'the directory’s feed begins anew')
      await storeCookie(db, { base, from: stored[base], to: null })
      throw error
    }
  }

  const consume = async () => {
    while (!closing.aborted) {
      bell = Promise.withResolvers()
      for (const base of feedBases) {
        const isAll = inboxes[base].isRefreshed()
        const work = inboxes[base].empty()
        if (work !== null) {
          await intake[base](await withAbsent(context, base, work))
          if (isCaughtUp[base]) context.metrics.mirrored(work.changed.values())
          cookies[base] = work.cookie ?? cookies[base]
        }
        isCaughtUp[base] ||= isAll
      }
      await intake.settle()
      await keepCookies()
      if (performance.now() - confirmedAt >= confirmEveryMs(context.syncIntervalS)) await confirm()
      const pauseMs = intake.isSettled() ? 1000 : lookAgainMs
      await Promise.race([bell.promise, pause(pauseMs, closing)])
    }
  }

  /** After the data that they stand for: nothing of the lists may still wait for another look. */
  const keepCookies = async () => {
    for (const base of feedBases) {
      const to = cookies[base]
      if (to === null || (base === 'lists' && !intake.isSettled())) continue
      if (to !== stored[base] && !(await storeCookie(db, { base, from: stored[base], to })))
        throw new FeedTaken(`another worker has stored a cookie of the feed of ${base}`)
      stored[base] = to
      cookies[base] = null
    }
  }

  /** The server says which versions there are: what the feeds did not tell is looked at. */
  const confirm = async () => {
    if (!isCaughtUp.people || !isCaughtUp.lists || intake.isDoubtful()) return
    const seenAt = performance.now()
    const csn = await directory.readContextCsn()
    if (csn === null && !(await directory.healthy())) return
    if (csn !== null && csn !== coveredCsn) {
      const since = coveredCsn === null ? undefined : csnsChanged(coveredCsn, csn)
      // The directory went back to an older state: what it shows now may have any version.
      if (since === null && (await fullRead(context, { mode: 'incremental', until: closing })) === null)
        return
      if (typeof since === 'string')
        for (const base of feedBases)
          await intake[base](lookAtChanged(await directory.changedSince(base, { csn: since })))
      coveredCsn = csn
    }
    await confirmFeeds(db, (performance.now() - seenAt) / 1000)
    confirmedAt = seenAt
    await onConfirmed()
  }

  const parts = [listen('people'), listen('lists'), consume()]
  try {
    await Promise.race(parts)
    await Promise.all(parts)
  } finally {
    broken.abort()
    await Promise.allSettled(parts)
  }
}

/** Whoever was known, and was not there when the server had told of everybody, is looked for. */
async function withAbsent(
  context: FollowContext,
  base: FeedBase,
  { present, ...look }: Work,
): Promise<ToLookAt> {
  if (present === null) return look
  const absent = await readAbsent(context, base, present)
  return { ...look, missing: new Set([...look.missing, ...absent.filter((id) => !look.changed.has(id))]) }
}
