import type { ChangeAction, ChangeState } from '../../contracts/change.ts'
import { Refusal } from '../../contracts/refusal.ts'
import type { RemovalLimit } from '../../rules/removal-limit.ts'
import { changeNotFound } from './cancel-change.ts'
import { rows, type Transaction } from '../database.ts'
import { lockPairs, type Pair } from './lock-pairs.ts'
import { requestChanges, type RequestedChange } from './request-changes.ts'
import { type Origin, originIn } from '../audit/write-audit.ts'

export type Retry = {
  changeId: string
  /** The admin or owner who says so. */
  memberId: string
  via: 'discord' | 'web' | 'api'
  removalLimit: RemovalLimit
  mirrorMaxAgeS: number
} & Origin

type Failed = {
  state: ChangeState
  action: ChangeAction
  memberId: string
  uid: string
  memberGone: boolean
  isOwn: boolean
  list: string
  listGone: boolean
}

/**
 * Asks once more for what failed, as a new change. A member's own request stays their own; somebody else's becomes that of who retries
 * it. Where another try is open, or what was wished stands by now, that is the answer, and not fresh.
 * @throws {Refusal} NOT_FOUND (CHANGE_NOT_FOUND), CONFLICT (NOT_FAILED, LIST_GONE, MEMBER_GONE, NEWER_REQUEST), or what a request is
 *   refused with.
 */
export async function retryOnce(tx: Transaction, retry: Retry): Promise<RequestedChange> {
  const failed = await readFailed(tx, retry.changeId)
  requireRetriable(failed)
  const [retried] = await requestChanges(tx, {
    member: { id: failed.memberId, uid: failed.uid },
    requestedBy: { id: failed.isOwn ? failed.memberId : retry.memberId },
    actorId: retry.memberId,
    managing: true,
    retryOf: retry.changeId,
    via: retry.via,
    ...originIn(retry),
    wishes: [{ listName: failed.list, action: failed.action }],
    seesHidden: true,
    mirrorMaxAgeS: retry.mirrorMaxAgeS,
    removalLimit: retry.removalLimit,
    // By now everybody else's words about them and this list wait.
    spend: () => requireNoNewerWord(tx, retry.changeId),
  })
  if (!retried) throw new Error('a wish was not answered')
  return retried
}

/** The same for several, all or none. @throws as above */
export async function retryAll(
  tx: Transaction,
  { changeIds, ...retry }: Omit<Retry, 'changeId'> & { changeIds: readonly string[] },
): Promise<void> {
  const pairs = await rows<Pair & { takesOff: boolean }>(
    tx,
    `select list_id, member_id, action = 'unsubscribe' and requested_by is distinct from member_id as takes_off
     from change where id = any(:changeIds::uuid[])`,
    { changeIds },
  )
  const takesOff = pairs.some((pair) => pair.takesOff)
  await lockPairs(tx, pairs, takesOff)
  for (const changeId of changeIds) await retryOnce(tx, { ...retry, changeId })
}

async function readFailed(tx: Transaction, changeId: string): Promise<Failed> {
  const [failed] = await rows<Failed>(
    tx,
    `select c.state, c.action, c.member_id, m.uid, m.state = 'gone' as member_gone,
       c.requested_by is not distinct from c.member_id as is_own, l.name as list, l.state = 'gone' or not l.managed as list_gone
     from change c join member m on m.id = c.member_id join list l on l.id = c.list_id
     where c.id = :changeId`,
    { changeId },
  )
  if (!failed) throw changeNotFound()
  return failed
}

function requireRetriable({ state, uid, list, memberGone, listGone }: Failed): void {
  if (state !== 'failed')
    throw new Refusal('CONFLICT', 'Only a change that failed can be tried again.', {
      reason: 'NOT_FAILED',
      details: { state },
    })
  if (listGone)
    throw new Refusal(
      'CONFLICT',
      `The list ${list} is not there any more, so there is nothing to try again.`,
      {
        reason: 'LIST_GONE',
      },
    )
  if (memberGone)
    throw new Refusal(
      'CONFLICT',
      `${uid} is not in the directory any more, so there is nothing to try again.`,
      {
        reason: 'MEMBER_GONE',
      },
    )
}

/** Who has asked for the opposite since does not want this any more. */
async function requireNoNewerWord(tx: Transaction, changeId: string): Promise<void> {
  const [newer] = await rows(
    tx,
    `select 1 from change c join change n on n.member_id = c.member_id and n.list_id = c.list_id and n.created_at > c.created_at
     where c.id = :changeId and n.action <> c.action and n.state in ('awaiting_approval', 'queued', 'applying', 'applied')
     limit 1`,
    { changeId },
  )
  if (newer)
    throw new Refusal('CONFLICT', 'The opposite was asked for since: trying this again would undo it.', {
      reason: 'NEWER_REQUEST',
    })
}
