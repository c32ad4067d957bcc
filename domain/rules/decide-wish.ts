import type { ChangeAction, ChangeState } from '../contracts/change.ts'
import type { JoinPolicy, ListState } from '../contracts/list.ts'
import { Refusal } from '../contracts/refusal.ts'

type OpenChange = { id: string; action: ChangeAction; state: ChangeState; own: boolean }

/** What is known of one member and one list when a wish for them arrives. */
export type Standing = {
  list: { name: string; join: JoinPolicy; state: ListState }
  /** What the mirror says; null when the mirror is too old to be believed. */
  subscribed: boolean | null
  /** A change that no worker has in hand yet, and the one that a worker has. At most one of each. */
  waiting: OpenChange | null
  applying: OpenChange | null
}

export type Wish = { action: ChangeAction; own: boolean; managing?: boolean }

export type Decision =
  | { kind: 'standing' }
  | { kind: 'open'; changeId: string }
  | { kind: 'new'; state: 'queued' | 'awaiting_approval'; supersedes: string | null }

/**
 * Decides what a wish becomes. The standing wish is the newest open change's, else the mirror's; asking for what is
 * already wished is no new change, except that a person's own word takes the place of somebody else's that still
 * waits for approval. `own` says that the member asks for themselves, `managing` that they (or whoever asks) act as somebody who
 * manages the list.
 * @throws {Refusal} when the list is closed or on its way out.
 */
export function decideWish(wish: Wish, standing: Standing): Decision {
  const { list, waiting, applying } = standing
  const newest = waiting ?? applying
  const overrules = waiting?.state === 'awaiting_approval' && wish.own && !waiting.own
  if (newest?.action === wish.action && !overrules) return { kind: 'open', changeId: newest.id }
  if (newest === null && standing.subscribed === (wish.action === 'subscribe')) return { kind: 'standing' }
  if (list.state === 'deleting')
    throw new Refusal('CONFLICT', `The list ${list.name} is being deleted.`, {
      reason: 'LIST_DELETING',
      details: { list: list.name },
    })
  return { kind: 'new', state: stateAtFirst(wish, standing), supersedes: waiting?.id ?? null }
}

function stateAtFirst(wish: Wish, standing: Standing): 'queued' | 'awaiting_approval' {
  if (wish.action === 'unsubscribe' || !wish.own || wish.managing === true) return 'queued'
  const { waiting, applying } = standing
  // Their own second thoughts take nothing from who manages the list; that somebody else takes them off does not end by their word.
  const beingTakenOff = waiting?.action === 'unsubscribe' && !waiting.own
  if (standing.subscribed === true && applying?.action !== 'unsubscribe' && !beingTakenOff) return 'queued'
  if (standing.list.join === 'closed')
    throw new Refusal(
      'PERMISSION_DENIED',
      `The list ${standing.list.name} is closed: its owners and admins decide who is on it.`,
      {
        reason: 'LIST_CLOSED',
        details: { list: standing.list.name },
      },
    )
  return standing.list.join === 'approval' ? 'awaiting_approval' : 'queued'
}
