import type { Change, ChangeAction } from '../../contracts/change.ts'
import { Refusal } from '../../contracts/refusal.ts'
import type { RemovalLimit } from '../../rules/removal-limit.ts'
import { isRevertible, revertAtMost } from '../../rules/revertible.ts'
import { rows, type Transaction } from '../database.ts'
import { lockPairs } from '../changes/lock-pairs.ts'
import { requestChanges } from '../changes/request-changes.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

export type Reverting = {
  driftId: string
  /** The admin who wants it undone. */
  memberId: string
  via: 'discord' | 'web' | 'api'
  removalLimit: RemovalLimit
  mirrorMaxAgeS: number
} & Origin

/**
 * Undoes what another tool changed about who is on a list, by new changes that the admin asks for: who joined is taken off, who parted
 * is put on again. What is as it was by now needs none; who is gone from the directory is left alone.
 * @throws {Refusal} NOT_FOUND (DRIFT_NOT_FOUND), CONFLICT (ALREADY_REVERTED, LIST_GONE, DRIFT_TOO_LARGE), or as `requestChanges`.
 */
export async function revertDrift(tx: Transaction, reverting: Reverting): Promise<{ changes: Change[] }> {
  const { driftId, memberId, via, removalLimit, mirrorMaxAgeS } = reverting
  const list = await lockDrift(tx, driftId)
  const moved = await readMoved(tx, driftId)
  const pairs = moved.map(({ id }) => ({ listId: list.id, memberId: id }))
  const takesOff = moved.some(({ way }) => way === 'joined')
  await lockPairs(tx, pairs, takesOff)
  const changes: Change[] = []
  for (const { id, uid, way } of moved) {
    const action: ChangeAction = way === 'joined' ? 'unsubscribe' : 'subscribe'
    const [requested] = await requestChanges(tx, {
      member: { id, uid },
      requestedBy: { id: memberId },
      managing: true,
      via,
      wishes: [{ listName: list.name, action }],
      seesHidden: true,
      mirrorMaxAgeS,
      removalLimit,
      spend: async () => {},
      ...originIn(reverting),
    })
    if (requested?.fresh === true) changes.push(requested.change)
  }
  await rows(tx, 'update drift set reverted_at = now() where id = :driftId', { driftId })
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: memberId,
      event: 'drift.reverted',
      subjectKind: 'list',
      subjectId: list.id,
      via,
      outcome: 'reverted',
      details: { drift: driftId, changes: changes.length },
      ...originIn(reverting),
    },
  ])
  return { changes }
}

type DriftRow = {
  id: string
  name: string
  isGone: boolean
  isReverted: boolean
  joinedCount: number
  partedCount: number
}

async function lockDrift(tx: Transaction, driftId: string): Promise<DriftRow> {
  const [drift] = await rows<DriftRow>(
    tx,
    `select l.id, l.name, l.state = 'gone' or not l.managed as is_gone, d.reverted_at is not null as is_reverted,
       d.joined as joined_count, d.parted as parted_count
     from drift d join list l on l.id = d.list_id where d.id = :driftId for update of d`,
    { driftId },
  )
  if (!drift) throw driftNotFound()
  if (drift.isReverted)
    throw new Refusal(
      'CONFLICT',
      'This was undone already. Look at the list: what it shows is how it is now.',
      {
        reason: 'ALREADY_REVERTED',
      },
    )
  if (drift.isGone)
    throw new Refusal('CONFLICT', `The list ${drift.name} is not there any more, so nothing can be undone.`, {
      reason: 'LIST_GONE',
      details: { list: drift.name },
    })
  if (!isRevertible(drift)) {
    const moved = drift.joinedCount + drift.partedCount
    throw new Refusal(
      'CONFLICT',
      `${moved} people were moved at once, and at most ${revertAtMost} can be put back from here. Put the list ${drift.name} right in the directory.`,
      { reason: 'DRIFT_TOO_LARGE', details: { list: drift.name, moved, most: revertAtMost } },
    )
  }
  return drift
}

type MovedRow = { id: string; uid: string; way: 'joined' | 'parted' }

/** Whom it moved and who is in the directory. */
const readMoved = (tx: Transaction, driftId: string): Promise<MovedRow[]> =>
  rows(
    tx,
    `select m.id, m.uid, x.way from drift_member x join member m on m.id = x.member_id
     where x.drift_id = :driftId and m.state = 'present' order by m.id`,
    { driftId },
  )

/** The refusal for a drift that does not exist. */
export function driftNotFound(): Refusal {
  return new Refusal('NOT_FOUND', 'There is no record of such a change by another tool, or not any more.', {
    reason: 'DRIFT_NOT_FOUND',
  })
}
