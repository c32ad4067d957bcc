import { Refusal } from '../../domain/contracts/refusal.ts'
import type { ChangeAction, ChangeState } from '../../domain/contracts/change.ts'
import { cancelChange } from '../../domain/store/changes/cancel-change.ts'
import { type Database, rows } from '../../domain/store/database.ts'
import { approveChange, denyChange } from '../../domain/store/changes/decide-change.ts'
import { databaseTime } from '../../domain/store/database-time.ts'
import { mirrorLists } from '../../domain/store/mirror/mirror-lists.ts'
import { newId } from '../../domain/store/new-id.ts'
import { requestChanges } from '../../domain/store/changes/request-changes.ts'
import { createFakeDirectory, entryOf, type FakeDirectory, versionOf } from './change-machine-directory.ts'
import {
  bystanders,
  lists,
  type ListName,
  members,
  refused,
  type Step,
  workers,
  type WorkerName,
} from './change-machine-steps.ts'
import { createSteppedWorker, removalLimit, type SteppedWorker } from './change-machine-worker.ts'

export type ChangeRow = {
  id: string
  list: ListName
  member: string
  action: ChangeAction
  state: ChangeState
  reasonCode: string | null
  proofVersion: string | null
  proofHow: string | null
  supersededBy: string | null
}

/** What is there while a story is played. */
export type Stage = {
  db: Database
  directory: FakeDirectory
  workers: Record<WorkerName, SteppedWorker>
  memberIds: ReadonlyMap<string, string>
  readings: Map<ListName, Reading>
  /** Changes that were taken back, or denied, while they waited for an approval. */
  neverApproved: Set<string>
  writesOn: boolean
  changes: () => Promise<ChangeRow[]>
  isMirrored: (list: string, uid: string) => Promise<boolean>
}

const laneOf = (list: ListName): number => lists.indexOf(list)

/** An empty past, two lists with bob and the bystanders on them, two workers. */
export async function setStage(db: Database): Promise<Stage> {
  await rows(db, 'delete from change')
  await rows(db, 'delete from drift')
  await rows(db, 'delete from hold')
  await rows(db, 'delete from membership')
  await rows(db, 'delete from list')
  await rows(db, 'update lane set wake_at = null')
  await mendTarget(db)
  const onLists = ['bob', ...bystanders]
  for (const name of lists)
    await rows(
      db,
      `with made as (
         insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane)
         values (:id, :entry, :version, :dn, :name, :name, :join, :lane) returning id)
       insert into membership (list_id, member_id) select made.id, m.id from made, member m where m.uid = any(:onLists)`,
      {
        id: newId(),
        entry: entryOf(name),
        version: versionOf(0),
        dn: `cn=${name},ou=lists,dc=example,dc=org`,
        name,
        join: name === 'asking' ? 'approval' : 'open',
        lane: laneOf(name),
        onLists,
      },
    )
  const directory = createFakeDirectory(
    { open: onLists, asking: onLists },
    { people: [...members, ...bystanders], refused },
  )
  const known = await rows<{ id: string; uid: string }>(db, 'select id, uid from member')
  return {
    db,
    directory,
    workers: { one: createSteppedWorker(db, directory), two: createSteppedWorker(db, directory) },
    memberIds: new Map(known.map(({ id, uid }) => [uid, id])),
    readings: new Map(),
    neverApproved: new Set(),
    writesOn: true,
    changes: () =>
      rows<ChangeRow>(
        db,
        `select c.id, l.name as list, m.uid as member, c.action, c.state, c.reason_code, c.proof_version, c.proof_how, c.superseded_by
         from change c join list l on l.id = c.list_id join member m on m.id = c.member_id order by c.created_at, c.id`,
      ),
    isMirrored: async (list, uid) => {
      const found = await rows(
        db,
        `select 1 from membership s join list l on l.id = s.list_id join member m on m.id = s.member_id
         where l.name = :list and m.uid = :uid`,
        { list, uid },
      )
      return found.length === 1
    },
  }
}

/** People whom every story knows, and a mirror that is believed. */
export async function peopleTheDatabase(db: Database): Promise<void> {
  for (const uid of [...members, ...bystanders])
    await rows(
      db,
      `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name, placed)
       values (:id, :entry, :version, :uid, :uid, :uid, :uid, true)`,
      { id: newId(), entry: entryOf(uid), version: versionOf(0), uid },
    )
  await rows(
    db,
    `insert into sync_run (id, mode, state, ended_at) values (:id, 'full', 'done', now() + interval '1 day')`,
    {
      id: newId(),
    },
  )
}

/** One step; what it may not do at this moment it leaves undone. */
export async function play(stage: Stage, step: Step): Promise<void> {
  const { db, directory } = stage
  switch (step.kind) {
    case 'wish':
      return wish(stage, step)
    case 'cancel':
      return cancel(stage, step)
    case 'decide':
      return decide(stage, step)
    case 'work': {
      const worker = stage.workers[step.worker]
      if (worker.isIdle()) await worker.work(laneOf(step.list), !stage.writesOn)
      return
    }
    case 'go on':
      return stage.workers[step.worker].goOn(step.verdict)
    case 'kill':
      return stage.workers[step.worker].kill()
    case 'leases expire':
      return expireLeases(db)
    case 'time passes':
      return passTime(db)
    case 'outside edit':
      if (step.member !== refused) directory.edit(step.list, step.member, step.on)
      return
    case 'read':
      stage.readings.set(step.list, await readNow(stage, step.list))
      return
    case 'mirror': {
      const reading = stage.readings.get(step.list)
      if (reading) await mirror(stage, reading)
      return
    }
    case 'writes':
      stage.writesOn = step.on
  }
}

async function wish(stage: Stage, step: Step & { kind: 'wish' }): Promise<void> {
  const id = stage.memberIds.get(step.member) ?? ''
  const by = step.own ? id : (stage.memberIds.get('erin') ?? '')
  await stage.db.transaction((tx) =>
    requestChanges(tx, {
      member: { id, uid: step.member },
      requestedBy: { id: by },
      via: 'api',
      requestId: null,
      wishes: [{ listName: step.list, action: step.action }],
      seesHidden: true,
      mirrorMaxAgeS: 3600,
      removalLimit,
      spend: async () => {},
    }),
  )
  // Whatever it was answered with: what is wished now is what was asked for.
  const open = await openOf(stage, step)
  const wished =
    open.at(-1)?.action ?? ((await stage.isMirrored(step.list, step.member)) ? 'subscribe' : 'unsubscribe')
  if (wished !== step.action) throw new Error(`asked to ${step.action}, and what stands is ${wished}`)
}

async function openOf(stage: Stage, pair: { list: string; member: string }): Promise<ChangeRow[]> {
  const all = await stage.changes()
  return all.filter(
    ({ list, member, state }) =>
      list === pair.list &&
      member === pair.member &&
      ['awaiting_approval', 'queued', 'applying'].includes(state),
  )
}

async function cancel(stage: Stage, pair: { list: string; member: string }): Promise<void> {
  const newest = (await openOf(stage, pair)).at(-1)
  if (!newest) return
  const memberId = stage.memberIds.get(pair.member) ?? ''
  if (newest.state === 'awaiting_approval') stage.neverApproved.add(newest.id)
  await unlessRefused(() =>
    stage.db.transaction((tx) =>
      cancelChange(tx, { changeId: newest.id, memberId, via: 'api', requestId: null }),
    ),
  )
}

async function decide(stage: Stage, step: Step & { kind: 'decide' }): Promise<void> {
  const newest = (await openOf(stage, step)).at(-1)
  if (newest?.state !== 'awaiting_approval') return
  const deciding = {
    changeId: newest.id,
    memberId: stage.memberIds.get('erin') ?? '',
    via: 'api',
    requestId: null,
  } as const
  if (!step.yes) stage.neverApproved.add(newest.id)
  await stage.db.transaction((tx) =>
    step.yes ? approveChange(tx, deciding) : denyChange(tx, { ...deciding, reason: null }),
  )
}

async function unlessRefused(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
}

async function expireLeases(db: Database): Promise<void> {
  await rows(db, `update list set lease_until = now() - interval '1 second' where lease_token is not null`)
}

async function passTime(db: Database): Promise<void> {
  await rows(db, `update change set due_at = now() where state = 'queued' and due_at > now()`)
}

type Reading = { read: ReturnType<FakeDirectory['readList']>; begunAt: string }

const readNow = async ({ db, directory }: Stage, list: ListName): Promise<Reading> => ({
  begunAt: await databaseTime(db),
  read: directory.readList(list),
})

async function mirror(stage: Stage, { read, begunAt }: Reading): Promise<void> {
  await mirrorLists(stage.db, [read], {
    begunAt,
    listClass: 'posixGroup',
    placeholderKey: 'cn=guildpost,dc=example,dc=org',
    firstJoin: 'open',
    firstHidden: false,
    again: new Set(),
  })
}

/** Whoever looks after the directory has put right why it refused us. */
async function mendTarget(db: Database): Promise<void> {
  await rows(
    db,
    'update target set paused_at = null, reason_code = null, reason = null, probe_at = null, probes = 0',
  )
}

const roundsToTheEnd = 20

/** All goes well from now on: what is open is decided and applied, and the mirror is read. */
export async function comeToRest(stage: Stage): Promise<void> {
  stage.writesOn = true
  for (const name of workers)
    for (let moves = 0; !stage.workers[name].isIdle(); moves += 1) {
      if (moves > 100) throw new Error(`worker ${name} never ends`)
      await stage.workers[name].goOn('go')
    }
  for (let round = 0; round < roundsToTheEnd; round += 1) {
    const open = (await stage.changes()).filter(({ state }) =>
      ['awaiting_approval', 'queued', 'applying'].includes(state),
    )
    if (open.length === 0) break
    for (const { list, member } of open)
      await play(stage, { kind: 'decide', list, member: member as (typeof members)[number], yes: true })
    await expireLeases(stage.db)
    await passTime(stage.db)
    await mendTarget(stage.db)
    for (const list of lists) {
      await stage.workers.one.work(laneOf(list), false)
      while (!stage.workers.one.isIdle()) await stage.workers.one.goOn('go')
    }
  }
  for (const list of lists) await mirror(stage, await readNow(stage, list))
}
