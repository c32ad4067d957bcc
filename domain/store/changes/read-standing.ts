import type { ChangeAction, ChangeState } from '../../contracts/change.ts'
import type { JoinPolicy, ListState } from '../../contracts/list.ts'
import type { Standing } from '../../rules/decide-wish.ts'
import { rows, type Transaction } from '../database.ts'
import { mirrorAgeS } from '../mirror/directory-age.ts'
import { mirrorMissing } from '../mirror/mirror-missing.ts'

export type ListRow = { id: string; name: string; lane: number }

export type StandingRow = ListRow & {
  version: string | null
  joinPolicy: JoinPolicy
  state: ListState
  subscribedSince: Date | null
  mirrorBelieved: boolean
  updatedAt: Date
} & Prefixed<'waiting'> &
  Prefixed<'applying'>

type Prefixed<Name extends string> = {
  [Key in `${Name}Id`]: string | null
} & { [Key in `${Name}Action`]: ChangeAction | null } & { [Key in `${Name}State`]: ChangeState | null } & {
  [Key in `${Name}Own`]: boolean | null
}

/**
 * Read under the lock of each pair, so that it holds until the end of the transaction. A list that is gone by now, or not managed any more,
 * is left out.
 * @throws {Refusal} UNAVAILABLE before the directory was read for the first time.
 */
export async function readStanding(
  tx: Transaction,
  {
    listIds,
    memberId,
    mirrorMaxAgeS,
  }: { listIds: readonly string[]; memberId: string; mirrorMaxAgeS: number },
): Promise<Map<string, StandingRow>> {
  const found = await rows<StandingRow & { mirrorAgeS: number | null }>(
    tx,
    `select l.id, l.name, l.lane, l.version, l.join_policy, l.state, l.updated_at, s.since as subscribed_since,
       ${mirrorAgeS} as mirror_age_s,
       w.id as waiting_id, w.action as waiting_action, w.state as waiting_state, w.requested_by = w.member_id as waiting_own,
       a.id as applying_id, a.action as applying_action, a.state as applying_state, a.requested_by = a.member_id as applying_own
     from list l
     left join membership s on s.list_id = l.id and s.member_id = :memberId
     left join change w on w.list_id = l.id and w.member_id = :memberId and w.state in ('awaiting_approval', 'queued')
     left join change a on a.list_id = l.id and a.member_id = :memberId and a.state = 'applying'
     where l.id = any(:ids) and l.state <> 'gone' and l.managed`,
    { ids: listIds, memberId },
  )
  return new Map(
    found.map((row) => {
      if (row.mirrorAgeS === null) throw mirrorMissing()
      return [row.id, { ...row, mirrorBelieved: row.mirrorAgeS <= mirrorMaxAgeS }]
    }),
  )
}

/** What a decision needs of it. */
export function asStanding(row: StandingRow): Standing {
  return {
    list: { name: row.name, join: row.joinPolicy, state: row.state },
    subscribed: row.mirrorBelieved ? row.subscribedSince !== null : null,
    waiting: openChange(row.waitingId, row.waitingAction, row.waitingState, row.waitingOwn),
    applying: openChange(row.applyingId, row.applyingAction, row.applyingState, row.applyingOwn),
  }
}

function openChange(
  id: string | null,
  action: ChangeAction | null,
  state: ChangeState | null,
  own: boolean | null,
): Standing['waiting'] {
  return id !== null && action !== null && state !== null ? { id, action, state, own: own === true } : null
}
