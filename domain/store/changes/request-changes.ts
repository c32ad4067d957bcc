import type { Change, ChangeAction, ChangeVia } from '../../contracts/change.ts'
import { Refusal } from '../../contracts/refusal.ts'
import { type Decision, decideWish } from '../../rules/decide-wish.ts'
import { isBeyondRemovalLimit, type RemovalLimit } from '../../rules/removal-limit.ts'
import { answerWishes } from './answer-wishes.ts'
import { rows, type Transaction } from '../database.ts'
import { holdRemovals } from '../holds/hold-removals.ts'
import { lockPairs } from './lock-pairs.ts'
import { mirrorMissing, wasMirrorRead } from '../mirror/mirror-missing.ts'
import { newId } from '../new-id.ts'
import { isOwnedBy } from '../lists/owns.ts'
import { readRemovals } from '../holds/read-removals.ts'
import { asStanding, type ListRow, readStanding, type StandingRow } from './read-standing.ts'
import { writeChanges } from './write-changes.ts'
import type { Origin } from '../audit/write-audit.ts'

export type ChangeRequest = {
  member: { id: string; uid: string }
  /** Whose wish it is: their own, or that of somebody who manages the list. */
  requestedBy: { id: string }
  /** Who acts, where that is not `requestedBy`: who retries somebody's request. The audit names them. */
  actorId?: string
  /** They act as somebody who manages these lists: whoever may join, the change needs no approval. */
  managing?: boolean
  /** The failed change that is tried again. */
  retryOf?: string
  via: ChangeVia
  wishes: readonly { listName: string; action: ChangeAction }[]
  /** Lists that members may not see are found by admins, and by their owners. */
  seesHidden: boolean
  /** They have come with an owner's rights. */
  mayManage?: boolean
  /** A mirror that is older than this is not believed. */
  mirrorMaxAgeS: number
  /** Beyond it, a removal that the person did not ask for waits for an admin. */
  removalLimit: RemovalLimit
  /** Called once, before anything is written, when at least one wish becomes a new change. May refuse. */
  spend: () => Promise<void>
} & Origin

/** `fresh` tells whether this wish became a new change; a standing one answers with what was there already. */
export type RequestedChange = { change: Change; fresh: boolean }

/** What becomes of one of the wishes. */
export type Decided = {
  row: StandingRow
  action: ChangeAction
  decision: Decision
  changeId: string | null
  /** It waits for an admin: too many were taken off the list. */
  held: boolean
}

/**
 * Takes wishes about a member in, all or none: for each either a new change (written with its audit entry and NOTIFY), or
 * what stands already. A removal that the member did not ask for and that is beyond the limit is held for an
 * admin. The caller's transaction makes it one with the Idempotency-Key's record; who asks for several members in one has locked all their
 * pairs before (`lockPairs`).
 * @throws {Refusal} NOT_FOUND, PERMISSION_DENIED (LIST_CLOSED), CONFLICT, UNAVAILABLE (no mirror yet), or what `spend` refuses with.
 */
export async function requestChanges(tx: Transaction, request: ChangeRequest): Promise<RequestedChange[]> {
  const lists = await findLists(tx, request)
  const unknown = request.wishes.find((wish) => !lists.has(wish.listName))
  if (unknown) throw await unknownList(tx, unknown.listName)
  const own = request.requestedBy.id === request.member.id
  const takesOff = !own && request.wishes.some(({ action }) => action === 'unsubscribe')
  const pairs = [...lists.values()].map((list) => ({ listId: list.id, memberId: request.member.id }))
  await lockPairs(tx, pairs, takesOff)
  const standing = await readStanding(tx, {
    listIds: [...lists.values()].map((list) => list.id),
    memberId: request.member.id,
    mirrorMaxAgeS: request.mirrorMaxAgeS,
  })
  const vanished = request.wishes.find((wish) => !standing.has(lists.get(wish.listName)?.id ?? ''))
  if (vanished) throw await unknownList(tx, vanished.listName)
  const decided = request.wishes.map((wish): Decided => {
    const list = lists.get(wish.listName)
    const row = list && standing.get(list.id)
    if (!row) throw new Error(`nothing is known of the list ${wish.listName}`)
    const decision = decideWish(
      { action: wish.action, own, managing: request.managing === true },
      asStanding(row),
    )
    return { row, action: wish.action, decision, changeId: idOf(decision), held: false }
  })
  const fresh = decided.filter((one) => one.decision.kind === 'new')
  if (fresh.length > 0) {
    await request.spend()
    if (takesOff) await judgeRemovals(tx, fresh, request.removalLimit)
    await writeChanges(tx, fresh, request)
    for (const { row, changeId, held } of fresh)
      if (held && changeId !== null) await holdRemovals(tx, { listId: row.id, changeIds: [changeId] })
  }
  return answerWishes(tx, decided, request.member)
}

/** Before the first full read nothing is known to be missing. */
async function unknownList(tx: Transaction, name: string): Promise<Refusal> {
  if (!(await wasMirrorRead(tx))) return mirrorMissing()
  return new Refusal('NOT_FOUND', `There is no list named ${name}.`, { reason: 'LIST_NOT_FOUND' })
}

async function findLists(tx: Transaction, request: ChangeRequest): Promise<Map<string, ListRow>> {
  const names = request.wishes.map((wish) => wish.listName)
  const found = await rows<ListRow & { wanted: string }>(
    tx,
    `select wanted.name as wanted, l.id, l.name, l.lane
     from unnest(:names::text[]) as wanted (name)
     join list l on lower(l.name) = lower(wanted.name) and l.state <> 'gone' and l.managed
     where (:seesHidden or not l.hidden
       or exists (select 1 from membership s where s.list_id = l.id and s.member_id = :memberId)
       or (:mayManage and ${isOwnedBy(':requestedBy')}))
     order by l.id`,
    {
      names,
      seesHidden: request.seesHidden,
      mayManage: request.mayManage === true,
      memberId: request.member.id,
      requestedBy: request.requestedBy.id,
    },
  )
  return new Map(found.map((row) => [row.wanted, row]))
}

async function judgeRemovals(tx: Transaction, fresh: Decided[], limit: RemovalLimit): Promise<void> {
  for (const one of fresh)
    if (one.action === 'unsubscribe') {
      const { removed, sizeAtStart } = await readRemovals(tx, one.row.id)
      one.held = isBeyondRemovalLimit(removed + 1, sizeAtStart, limit)
    }
}

function idOf(decision: Decision): string | null {
  switch (decision.kind) {
    case 'standing':
      return null
    case 'open':
      return decision.changeId
    case 'new':
      return newId()
  }
}
