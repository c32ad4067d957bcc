import type { Change, ChangeAction, ChangeState, ChangeVia } from '../contracts/change.ts'
import type { JoinPolicy, ListState } from '../contracts/list.ts'
import { Refusal } from '../contracts/refusal.ts'
import { type Decision, decideWish, type Standing } from '../rules/decide-wish.ts'
import { rows, type Transaction } from './database.ts'
import { newId } from './new-id.ts'
import { readChanges } from './read-change.ts'
import { type Origin, originIn, writeAudit } from './write-audit.ts'

export type ChangeRequest = {
  member: { id: string; uid: string }
  requestedBy: { id: string }
  via: ChangeVia
  wishes: readonly { listName: string; action: ChangeAction }[]
  /** Lists that members may not see are found by admins only. */
  seesHidden: boolean
  /** A mirror that is older than this is not believed. */
  mirrorMaxAgeS: number
  /** Called once, before anything is written, when at least one wish becomes a new change. May refuse. */
  spend: () => Promise<void>
} & Origin

/** `fresh` tells whether this wish became a new change; a standing one answers with what was there already. */
export type RequestedChange = { change: Change; fresh: boolean }

type ListRow = { id: string; name: string; lane: number }

type StandingRow = ListRow & {
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

type Decided = { row: StandingRow; action: ChangeAction; decision: Decision; changeId: string | null }

/**
 * Takes a member's wishes in, all or none: for each either a new change (written with its audit entry and NOTIFY), or
 * what stands already. The caller's transaction makes it one with the Idempotency-Key's record.
 * @throws {Refusal} NOT_FOUND, PERMISSION_DENIED (LIST_CLOSED), CONFLICT, UNAVAILABLE (no mirror yet), or what `spend` refuses with.
 */
export async function requestChanges(tx: Transaction, request: ChangeRequest): Promise<RequestedChange[]> {
  const lists = await findLists(tx, request)
  const unknown = request.wishes.find((wish) => !lists.has(wish.listName))
  if (unknown) throw await unknownList(tx, unknown.listName)
  await lockPairs(tx, lists, request.member.id)
  const standing = await readStanding(tx, lists, request)
  const decided = request.wishes.map((wish): Decided => {
    const list = lists.get(wish.listName)
    const row = list && standing.get(list.id)
    if (!row) throw new Error(`the list ${wish.listName} vanished between two looks`)
    const own = request.requestedBy.id === request.member.id
    const decision = decideWish({ action: wish.action, own }, asStanding(row))
    return { row, action: wish.action, decision, changeId: idOf(decision) }
  })
  const fresh = decided.filter((one) => one.decision.kind === 'new')
  if (fresh.length > 0) {
    await request.spend()
    await writeChanges(tx, fresh, request)
  }
  return answer(tx, decided, request)
}

/** Before the first full read nothing is known to be missing. */
async function unknownList(tx: Transaction, name: string): Promise<Refusal> {
  const [read] = await rows(tx, `select 1 from sync_run where state = 'done' and not dry_run limit 1`)
  if (!read) return mirrorMissing()
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
       or exists (select 1 from membership s where s.list_id = l.id and s.member_id = :memberId))
     order by l.id`,
    { names, seesHidden: request.seesHidden, memberId: request.member.id },
  )
  return new Map(found.map((row) => [row.wanted, row]))
}

/**
 * One word about a list and a member at a time, and no worker takes changes of these lists in hand, or records them, before
 * we are done. Always in the order of ids, lists before their changes, as workers do: two never wait for each other.
 */
async function lockPairs(tx: Transaction, lists: Map<string, ListRow>, memberId: string): Promise<void> {
  const ids = [...lists.values()].map((list) => list.id)
  await rows(
    tx,
    `select pg_advisory_xact_lock(hashtextextended(pair, 0))
     from (select :memberId || id as pair from unnest(:ids::text[]) as l (id) order by id) as pairs`,
    { ids, memberId },
  )
  await rows(tx, 'select id from list where id = any(:ids::uuid[]) order by id for key share', { ids })
}

async function readStanding(
  tx: Transaction,
  lists: Map<string, ListRow>,
  request: ChangeRequest,
): Promise<Map<string, StandingRow>> {
  const found = await rows<StandingRow & { mirrorAgeS: number | null }>(
    tx,
    `select l.id, l.name, l.lane, l.version, l.join_policy, l.state, l.updated_at, s.since as subscribed_since,
       (select extract(epoch from now() - max(ended_at))::float8 from sync_run where state = 'done' and not dry_run) as mirror_age_s,
       w.id as waiting_id, w.action as waiting_action, w.state as waiting_state, w.requested_by = w.member_id as waiting_own,
       a.id as applying_id, a.action as applying_action, a.state as applying_state, a.requested_by = a.member_id as applying_own
     from list l
     left join membership s on s.list_id = l.id and s.member_id = :memberId
     left join change w on w.list_id = l.id and w.member_id = :memberId and w.state in ('awaiting_approval', 'queued')
     left join change a on a.list_id = l.id and a.member_id = :memberId and a.state = 'applying'
     where l.id = any(:ids)`,
    { ids: [...lists.values()].map((list) => list.id), memberId: request.member.id },
  )
  return new Map(
    found.map((row) => {
      if (row.mirrorAgeS === null) throw mirrorMissing()
      return [row.id, { ...row, mirrorBelieved: row.mirrorAgeS <= request.mirrorMaxAgeS }]
    }),
  )
}

/** The refusal of everything that needs the mirror before the directory was read for the first time. */
export function mirrorMissing(): Refusal {
  return new Refusal('UNAVAILABLE', 'The directory has not been read yet. Please try again in a minute.', {
    reason: 'MIRROR_MISSING',
    retryAfterS: 30,
  })
}

function asStanding(row: StandingRow): Standing {
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

async function writeChanges(tx: Transaction, fresh: Decided[], request: ChangeRequest): Promise<void> {
  const records = fresh.map(({ row, action, decision, changeId }) => ({
    id: changeId,
    list_id: row.id,
    action,
    lane: row.lane,
    state: decision.kind === 'new' ? decision.state : null,
    supersedes: decision.kind === 'new' ? decision.supersedes : null,
  }))
  const bindings = { records: JSON.stringify(records), memberId: request.member.id }
  const superseded = records.every((record) => record.supersedes === null)
    ? []
    : await rows<{ id: string; by: string }>(
        tx,
        `with old as (
         update change set state = 'superseded', ended_at = now(), superseded_by = r.id
         from jsonb_to_recordset(:records) as r (id uuid, supersedes uuid)
         where change.id = r.supersedes and change.state in ('awaiting_approval', 'queued')
         returning change.id, r.id as by)
       select id, by, pg_notify('change_ended', id::text) from old`,
        bindings,
      )
  await rows(
    tx,
    `with fresh as (
       insert into change (id, list_id, member_id, action, state, requested_by, via, request_id)
       select r.id, r.list_id, :memberId, r.action, r.state, :requestedBy, :via, :requestId
       from jsonb_to_recordset(:records) as r (id uuid, list_id uuid, action text, state text)
       returning list_id, state)
     select pg_notify('change_queued', lane::text)
     from (select distinct l.lane from fresh join list l on l.id = fresh.list_id where fresh.state = 'queued') as lanes`,
    { ...bindings, requestedBy: request.requestedBy.id, via: request.via, requestId: request.requestId },
  )
  const actor = {
    actorKind: 'member',
    actorId: request.requestedBy.id,
    via: request.via,
    ...originIn(request),
  } as const
  await writeAudit(tx, [
    ...superseded.map(({ id, by }) => ({
      ...actor,
      event: 'change.superseded',
      subjectKind: 'change' as const,
      subjectId: id,
      outcome: 'superseded',
      details: { by },
    })),
    ...records.map((record) => ({
      ...actor,
      event: 'change.requested',
      subjectKind: 'change' as const,
      subjectId: record.id ?? '',
      outcome: record.state ?? '',
      details: { list: record.list_id, member: request.member.id, action: record.action },
    })),
  ])
}

async function answer(
  tx: Transaction,
  decided: Decided[],
  request: ChangeRequest,
): Promise<RequestedChange[]> {
  const ids = decided.flatMap((one) => one.changeId ?? [])
  const changes = new Map(
    (ids.length > 0 ? await readChanges(tx, ids) : []).map((change) => [change.id, change]),
  )
  return Promise.all(
    decided.map(async ({ row, action, decision, changeId }) => {
      const change =
        changeId === null ? await standingChange(tx, row, action, request) : changes.get(changeId)
      if (!change) throw new Error(`change ${changeId} vanished inside its own transaction`)
      return { change, fresh: decision.kind === 'new' }
    }),
  )
}

/** What stands already: the change that brought it about, or, when the directory had it before us, its description. */
async function standingChange(
  tx: Transaction,
  row: StandingRow,
  action: ChangeAction,
  { member }: ChangeRequest,
): Promise<Change> {
  const [last] = await rows<{ id: string; action: ChangeAction }>(
    tx,
    `select id, action from change where list_id = :listId and member_id = :memberId and state = 'applied'
     order by created_at desc limit 1`,
    { listId: row.id, memberId: member.id },
  )
  if (last?.action === action) {
    const [change] = await readChanges(tx, [last.id])
    if (change) return change
  }
  const since = (row.subscribedSince ?? row.updatedAt).toISOString()
  return {
    id: null,
    list: row.name,
    member: member.uid,
    action,
    state: 'applied',
    reason: null,
    requestedBy: null,
    via: 'sync',
    createdAt: since,
    endedAt: since,
    proof: { version: row.version ?? '', how: 'found' },
    supersededBy: null,
    retryOf: null,
  }
}
