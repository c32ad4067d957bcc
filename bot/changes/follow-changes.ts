import type { Change } from '../../domain/contracts/change.ts'
import { hasEnded } from '../../domain/rules/change-states.ts'
import { pause } from '../../domain/rules/pause.ts'
import { ApiRefusal, isPassing } from '../call-api.ts'
import type { Reply, Turn } from '../turn.ts'

/**
 * How far the following has come: `waiting` goes on looking, `settled` knows how everything went, `leaving` can't wait
 * any longer (or may not look any more), so that the rest will be told by message or mail.
 */
export type Stage = 'waiting' | 'settled' | 'leaving'

/** What is shown of changes: `unread`, those that have ended and for whose outcome there was no room. */
export type Shown = Reply & { unread?: readonly Change[] }

/**
 * Keeps the reply true while changes are on their way: outcomes within a moment are told at once, later ones as they
 * come, as long as the reply can be edited. Every outcome that the member got to read is confirmed to the API.
 */
export async function followChanges(
  turn: Turn,
  accepted: readonly Change[],
  show: (changes: readonly Change[], stage: Stage) => Shown | Promise<Shown>,
): Promise<void> {
  const told = new Set<string>()
  const tell = async (changes: readonly Change[], stage: Stage) => {
    const { unread = [], ...reply } = await show(changes, stage)
    await turn.reply(reply)
    await confirmTold(
      turn,
      changes.filter((change) => !unread.includes(change)),
      told,
    )
  }
  const last = turn.receivedAt + turn.timing.followForMs
  const atFirst = Math.min(last, Date.now() + turn.timing.quickWaitS * 1_000)
  let changes = accepted
  try {
    changes = await waitUntilSettled(turn, changes, atFirst, turn.timing.quickWaitS)
    while (!changes.every(isSettled) && Date.now() < last && !turn.stopping.aborted) {
      await tell(changes, 'waiting')
      changes = await waitForNews(turn, changes, last)
    }
  } catch (error) {
    // Who has unlinked meanwhile may not look any more, but what was accepted stays accepted.
    if (!(error instanceof ApiRefusal)) throw error
    turn.log.warn({ err: error }, 'changes can’t be followed any more')
  }
  await tell(changes, changes.every(isSettled) ? 'settled' : 'leaving')
}

/** Nothing more comes of it soon: it has ended, or it is held back because nothing may be written. */
export function isSettled(change: Change): boolean {
  return hasEnded(change.state) || change.wouldWrite !== undefined
}

async function waitUntilSettled(
  turn: Turn,
  accepted: readonly Change[],
  until: number,
  waitS: number,
): Promise<readonly Change[]> {
  let changes = accepted
  while (changes.some(isMoving) && Date.now() < until && !turn.stopping.aborted)
    changes = await lookOnce(turn, changes, Math.min(waitS, secondsLeft(until)), isMoving)
  return changes
}

/** Approval takes a person's time; waiting for it in silence would only delay the reply. */
function isMoving(change: Change): boolean {
  return !isSettled(change) && change.state !== 'awaiting_approval'
}

/** Returns when something is different from before that a reader would want to know. */
async function waitForNews(turn: Turn, before: readonly Change[], until: number): Promise<readonly Change[]> {
  let changes = before
  while (Date.now() < until && !turn.stopping.aborted) {
    changes = await lookOnce(
      turn,
      changes,
      Math.min(turn.timing.longWaitS, secondsLeft(until)),
      (c) => !isSettled(c),
    )
    if (changes.some((change, index) => isNews(before[index], change))) return changes
  }
  return changes
}

function isNews(before: Change | undefined, now: Change): boolean {
  const decided = before?.state === 'awaiting_approval' && now.state !== 'awaiting_approval'
  return decided || (isSettled(now) && before !== undefined && !isSettled(before))
}

function secondsLeft(until: number): number {
  return Math.max(0, Math.ceil((until - Date.now()) / 1_000))
}

/** With several to watch, no one of them may hold back the news of the others for longer than this. */
const sharedWaitS = 5

/** Waits for the first change that is still wanted, then looks at the others as they are by now. */
async function lookOnce(
  turn: Turn,
  changes: readonly Change[],
  waitS: number,
  wanted: (change: Change) => boolean,
): Promise<readonly Change[]> {
  let patienceS = changes.filter(wanted).length > 1 ? Math.min(waitS, sharedWaitS) : waitS
  const looked: Change[] = []
  for (const change of changes) {
    const worthALook = change.id !== null && wanted(change)
    looked.push(worthALook ? await look(turn, change, change.id ?? '', patienceS) : change)
    if (worthALook) patienceS = 0
  }
  return looked
}

/** An API that answers sooner than asked (it does so when it shuts down) is not asked again right away. */
const spacingMs = 500

async function look(turn: Turn, change: Change, id: string, waitS: number): Promise<Change> {
  const askedAt = Date.now()
  try {
    const now = await turn.api.waitForChange(id, waitS, turn.stopping)
    if (isSettled(now) || waitS === 0 || Date.now() - askedAt > spacingMs) return now
    await pause(spacingMs, turn.stopping)
    return now
  } catch (error) {
    if (turn.stopping.aborted) return change
    if (!isPassing(error)) throw error
    turn.log.warn({ err: error, change: id }, 'a change can’t be looked at for the moment')
    await pause(spacingMs, turn.stopping)
    return change
  }
}

async function confirmTold(turn: Turn, changes: readonly Change[], told: Set<string>): Promise<void> {
  for (const change of changes) {
    if (change.id === null || !hasEnded(change.state) || told.has(change.id)) continue
    told.add(change.id)
    await confirmOutcome(turn, change.id)
  }
}

/** An outcome that is not confirmed is told again by direct message: a nuisance, but nothing is lost. */
export async function confirmOutcome({ api, log }: Turn, id: string): Promise<void> {
  try {
    await api.confirmTold(id)
  } catch (error) {
    // Somebody else's request, which was decided on: that its outcome was read here tells them nothing.
    if (error instanceof ApiRefusal && error.reason === 'CHANGE_NOT_FOUND') return
    log.warn({ err: error, change: id }, 'an outcome was told but not confirmed')
  }
}
