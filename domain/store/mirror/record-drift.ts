import type { DriftPolicy } from '../../contracts/list.ts'
import { toldOneByOneAtMost } from '../../rules/worth-telling.ts'
import { rows, type Transaction } from '../database.ts'
import type { Moved, Pair } from './mirror-memberships.ts'
import { newId } from '../new-id.ts'

/** What another tool changed about who is on a list, by members' ids, at most 1,000 of each; the numbers are whole. */
export type Drift = {
  id: string
  listId: string
  policy: DriftPolicy
  joined: string[]
  parted: string[]
  joinedCount: number
  partedCount: number
  /** Whether each of them is told: few enough, and of a list that members see. */
  tellsMembers: boolean
}

const namesAtMost = 1000

/**
 * Records who joined and who parted without our doing, list by list. Whoever is new here, came back, left the directory or has
 * another name in lists moved without an edit of the list; and what a change that is open was to bring about may be its doing, done
 * already and not recorded yet.
 */
export async function recordDrift(
  tx: Transaction,
  moved: Moved,
  {
    lists,
    runId,
  }: { lists: readonly { id: string; before: string | null; after: string }[]; runId: string | null },
): Promise<Drift[]> {
  const ofLists = new Map(lists.map((list) => [list.id, list]))
  const pairs = [...waysOf(moved.joined, 'joined'), ...waysOf(moved.parted, 'parted')].filter((pair) =>
    ofLists.has(pair.listId),
  )
  if (pairs.length === 0) return []
  const edits = await rows<{
    listId: string
    memberId: string
    way: 'joined' | 'parted'
    policy: DriftPolicy
    hidden: boolean
  }>(
    tx,
    `select x.list_id, x.member_id, x.way, l.drift as policy, l.hidden
     from unnest(:lists::uuid[], :members::uuid[], :ways::text[]) as x (list_id, member_id, way)
     join member m on m.id = x.member_id and m.placed and m.state = 'present'
     join list l on l.id = x.list_id and l.managed
     where not exists (
       select 1 from change c where c.list_id = x.list_id and c.member_id = x.member_id and c.state in ('applying', 'queued')
         and c.action = case x.way when 'joined' then 'subscribe' else 'unsubscribe' end)`,
    {
      lists: pairs.map(({ listId }) => listId),
      members: pairs.map(({ memberId }) => memberId),
      ways: pairs.map(({ way }) => way),
    },
  )
  const drifts = [...Map.groupBy(edits, ({ listId }) => listId)].map(([listId, ofList]) => {
    const went = (way: 'joined' | 'parted') =>
      ofList.filter((edit) => edit.way === way).map(({ memberId }) => memberId)
    const [joined, parted] = [went('joined'), went('parted')]
    return {
      id: newId(),
      listId,
      policy: ofList[0]?.policy ?? 'adopt',
      joined: joined.slice(0, namesAtMost),
      parted: parted.slice(0, namesAtMost),
      joinedCount: joined.length,
      partedCount: parted.length,
      tellsMembers: ofList.length <= toldOneByOneAtMost && ofList[0]?.hidden === false,
    }
  })
  await writeDrifts(tx, drifts, { ofLists, runId })
  return drifts
}

const waysOf = (pairs: readonly Pair[], way: 'joined' | 'parted') => pairs.map((pair) => ({ ...pair, way }))

async function writeDrifts(
  tx: Transaction,
  drifts: readonly Drift[],
  {
    ofLists,
    runId,
  }: { ofLists: ReadonlyMap<string, { before: string | null; after: string }>; runId: string | null },
): Promise<void> {
  if (drifts.length === 0) return
  const records = drifts.map((drift) => ({
    id: drift.id,
    list_id: drift.listId,
    policy: drift.policy,
    version_before: ofLists.get(drift.listId)?.before,
    version_after: ofLists.get(drift.listId)?.after,
    joined: drift.joinedCount,
    parted: drift.partedCount,
  }))
  await rows(
    tx,
    // Not when the transaction began: it may have waited for the list's row while others recorded an earlier edit of it.
    `insert into drift (id, list_id, run_id, policy, version_before, version_after, joined, parted, at)
     select r.id, r.list_id, :runId::uuid, r.policy, r.version_before, r.version_after, r.joined, r.parted, clock_timestamp()
     from jsonb_to_recordset(:records) as r (id uuid, list_id uuid, policy text, version_before text, version_after text,
       joined integer, parted integer)`,
    { records: JSON.stringify(records), runId },
  )
  const named = drifts.flatMap(({ id, joined, parted, tellsMembers: untold }) => [
    ...joined.map((memberId) => ({ id, memberId, way: 'joined', untold })),
    ...parted.map((memberId) => ({ id, memberId, way: 'parted', untold })),
  ])
  await rows(
    tx,
    `insert into drift_member (drift_id, member_id, way, untold)
     select * from unnest(:drifts::uuid[], :members::uuid[], :ways::text[], :untold::boolean[])`,
    {
      drifts: named.map(({ id }) => id),
      members: named.map(({ memberId }) => memberId),
      ways: named.map(({ way }) => way),
      untold: named.map(({ untold }) => untold),
    },
  )
}
