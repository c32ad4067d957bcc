import { csnsChanged } from '../../adapters/ldap/follow/context-csn.ts'
import { type EntryVersion, type FeedBase, feedBases } from '../../domain/contracts/feed.ts'
import { pause } from '../../domain/rules/pause.ts'
import { confirmFeeds, openFeed, storeCookie } from '../../domain/store/mirror/feed.ts'
import { newestVersion } from '../../domain/store/mirror/known-entries.ts'
import type { FollowContext } from '../context.ts'
import { lookAtChanged, type ToLookAt } from './feed-inbox.ts'
import { FeedTaken } from './follow-feed.ts'
import { fullRead } from './full-read.ts'
import { createIntake, type Intake } from './intake.ts'
import { readAbsent } from './read-absent.ts'
import { createSeconds, type Seconds } from './seconds-seen.ts'
import { confirmEveryMs, countingShare, lookAgainMs, newestTime, paces, timeOf } from './sync-plan.ts'

type Polling = {
  context: FollowContext
  mode: 'version' | 'time'
  until: AbortSignal
  intake: Intake
  cookies: Record<FeedBase, string | null>
  seconds: Record<FeedBase, Seconds>
}

/**
 * Follows a directory that tells nothing by itself until `until` is aborted: it is asked what changed since the version or the time of the
 * last answer, and at a slower pace who is there.
 * @throws as `followFeed`
 */
export async function pollDirectory(
  context: FollowContext,
  mode: 'version' | 'time',
  until: AbortSignal,
  onConfirmed: () => Promise<void>,
): Promise<void> {
  const { db } = context
  const { askEveryMs, countEveryMs } = paces[mode]
  const intake = createIntake(context, until)
  const cookies: Polling['cookies'] = {
    people: await openFeed(db, 'people', mode),
    lists: await openFeed(db, 'lists', mode),
  }
  const seconds = { people: createSeconds(), lists: createSeconds() }
  const polling: Polling = { context, mode, until, intake, cookies, seconds }
  let countNextAt = 0
  let countedCsn: string | null = null
  let confirmedAt = Number.NEGATIVE_INFINITY
  while (!until.aborted) {
    const askedAt = performance.now()
    const csn = mode === 'version' ? await context.directory.readContextCsn() : null
    const isCounting = askedAt >= countNextAt && (csn === null || csn !== countedCsn)
    if (feedBases.some((base) => mustBegin(cookies[base], csn))) await beginWith(polling, csn)
    for (const base of feedBases) await ask(polling, base, csn)
    if (isCounting) {
      const begunAt = performance.now()
      for (const base of feedBases) await intake[base](await readMissing(polling, base))
      countedCsn = csn
      countNextAt = begunAt + Math.max(countEveryMs, (performance.now() - begunAt) / countingShare)
    }
    await intake.settle()
    if (askedAt - confirmedAt >= confirmEveryMs(context.syncIntervalS) && !intake.isDoubtful()) {
      await confirmFeeds(db, (performance.now() - askedAt) / 1000)
      confirmedAt = askedAt
      await onConfirmed()
    }
    await pause(intake.isSettled() ? askEveryMs : lookAgainMs, until)
  }
}

/** Also where the directory went back to an older state: what it shows now may have any version. */
const mustBegin = (cookie: string | null, csn: string | null): boolean =>
  cookie === null || (csn !== null && csn !== cookie && csnsChanged(cookie, csn) === null)

/** Where nobody asked before, all versions are compared once; what changes meanwhile is found by the first question after it. */
async function beginWith({ context, mode, cookies, until }: Polling, csn: string | null): Promise<void> {
  const newest = async (base: FeedBase) => {
    const version = await newestVersion(context.db, base)
    return mode === 'time' ? newestTime([version], null) : version
  }
  const from = { people: csn ?? (await newest('people')), lists: csn ?? (await newest('lists')) }
  while ((await fullRead(context, { mode: 'incremental', until })) === null) {
    await pause(lookAgainMs, until)
    if (until.aborted) return
  }
  for (const base of feedBases) await keep(context, base, cookies, from[base])
}

async function ask(
  { context, mode, cookies, intake, seconds }: Polling,
  base: FeedBase,
  csn: string | null,
): Promise<void> {
  const cookie = cookies[base]
  if (cookie === null || (mode === 'version' && csn === cookie)) return
  const since =
    mode === 'version' ? { csn: csnsChanged(cookie, csn ?? '') ?? cookie } : { time: timeOf(cookie) }
  const changed = await context.directory.changedSince(base, since)
  await intake[base](lookAtChanged(mode === 'time' ? seconds[base].leaveOutSeen(changed) : changed))
  // A list that has to be looked at again is kept for that: the question after a restart would not name it.
  if (base === 'lists' && !intake.isSettled()) return
  await keep(context, base, cookies, mode === 'version' ? csn : newestOf(changed, timeOf(cookie)))
}

const newestOf = (changed: readonly EntryVersion[], cookie: string): string =>
  newestTime(
    changed.map(({ version }) => version),
    cookie,
  )

async function keep(
  { db }: FollowContext,
  base: FeedBase,
  cookies: Polling['cookies'],
  to: string | null,
): Promise<void> {
  if (to === cookies[base]) return
  if (!(await storeCookie(db, { base, from: cookies[base], to })))
    throw new FeedTaken(`another worker asks the directory what changed among the ${base}`)
  cookies[base] = to
}

/** Whoever is known and is not there any more. */
async function readMissing({ context, until }: Polling, base: FeedBase): Promise<ToLookAt> {
  const present = new Set<string>()
  for await (const ids of context.directory.listIds(base)) {
    until.throwIfAborted()
    for (const id of ids) present.add(id)
  }
  return { changed: new Map(), missing: new Set(await readAbsent(context, base, present)) }
}
