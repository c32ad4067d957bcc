import { IncompleteRead } from '../../adapters/ldap/failure.ts'
import { feedBases } from '../../domain/contracts/feed.ts'
import { lastingTrouble } from '../../domain/rules/lasting-trouble.ts'
import { pause } from '../../domain/rules/pause.ts'
import { directoryAgeS } from '../../domain/store/mirror/directory-age.ts'
import { endAlerts } from '../../domain/store/incidents/end-alerts.ts'
import { openFeed } from '../../domain/store/mirror/feed.ts'
import { whileOnlyOne } from '../../domain/store/mirror/feed-lock.ts'
import { newestVersion } from '../../domain/store/mirror/known-entries.ts'
import type { FollowContext } from '../context.ts'
import { alertIncompleteRead, endIncompleteRead, incompleteReadIncident } from './alert-incomplete-read.ts'
import { FeedRefused, FeedTaken, followFeed } from './follow-feed.ts'
import { fullRead } from './full-read.ts'
import { pollDirectory } from './poll-directory.ts'
import { wentBack } from './went-back.ts'
import { chooseAgainMs, chooseMode, refusedForMs, reopenAfterMs } from './sync-plan.ts'

/** A feed that lasted so long was a good one: the next one is opened without delay. */
const goodMs = 30_000

/**
 * Keeps the mirror close to the directory, in one worker at a time, until `stopping` is aborted. Whatever breaks is opened again, with
 * growing pauses. Never throws.
 */
export async function followDirectory(
  context: FollowContext & { stopping: AbortSignal },
  databaseUrl: string,
): Promise<void> {
  const { stopping, log } = context
  await whileOnlyOne(databaseUrl, { stopping, log }, (until) => keepFollowing(context, until))
}

async function keepFollowing(context: FollowContext, until: AbortSignal): Promise<void> {
  let failures = 0
  const trouble = lastingTrouble()
  // Whoever followed before us may have left it open.
  let isIncomplete = true
  let refused: AbortSignal | null = null
  const onConfirmed = async () => {
    if (isIncomplete) await endAlerts(context, [incompleteReadIncident])
    else await endIncompleteRead(context)
    isIncomplete = false
    trouble.over((lastedMs) =>
      context.log.info({ lastedMs }, 'the mirror has all that the directory has again'),
    )
  }
  while (!until.aborted) {
    const begunAt = performance.now()
    try {
      await followOnce(context, until, refused?.aborted === false ? refused : null, onConfirmed)
    } catch (error) {
      if (until.aborted) return
      if (error instanceof FeedRefused) refused = AbortSignal.timeout(refusedForMs)
      trouble.met(error, () =>
        context.log.warn({ err: error }, 'the directory is not followed; beginning again'),
      )
      if (error instanceof FeedTaken) return
      isIncomplete ||= error instanceof IncompleteRead
      await alertIncompleteRead(context, error)
    }
    failures = performance.now() - begunAt > goodMs ? 0 : failures + 1
    await pause(Math.min(reopenAfterMs.first * 2 ** failures, reopenAfterMs.most), until)
  }
}

async function followOnce(
  context: FollowContext,
  stop: AbortSignal,
  /** While this is not aborted, the live feed is refused. */
  refused: AbortSignal | null,
  onConfirmed: () => Promise<void>,
): Promise<void> {
  const { db, directory, log } = context
  const until = refused === null ? stop : AbortSignal.any([stop, refused])
  // The whole of it goes faster by a read than entry by entry.
  while (!until.aborted && (await directoryAgeS(db)) === null)
    if ((await fullRead(context, { until })) === null) await pause(reopenAfterMs.first, until)
  if (await wentBack(context))
    while (!until.aborted && (await fullRead(context, { mode: 'incremental', until })) === null)
      await pause(reopenAfterMs.first, until)
  const can = await directory.capabilities()
  const mode = chooseMode(
    { ...can, syncrepl: can.syncrepl && refused === null },
    { people: await newestVersion(db, 'people'), lists: await newestVersion(db, 'lists') },
  )
  if (until.aborted) return
  log.info({ mode }, 'following the directory')
  if (mode === 'syncrepl') return followFeed(context, until, onConfirmed)
  if (mode !== 'full') return pollDirectory(context, mode, until, onConfirmed)
  for (const base of feedBases) await openFeed(db, base, mode)
  await pause(chooseAgainMs, until)
}
