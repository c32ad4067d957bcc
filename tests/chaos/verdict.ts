import { rows } from '../../domain/store/database.ts'
import { verifyAudit } from '../../domain/store/audit/verify-audit.ts'
import { type Askers, requestsGoneWrong } from './askers.ts'
import type { ChaosSystem } from './chaos-system.ts'
import { type Keeper, listsApart } from './list-keeper.ts'
import { type Crowd, lists } from './members.ts'
import type { Told } from './told.ts'
import { whatWasToldWrongly } from './verdict-on-alerts.ts'

/** What is not as it should be once everything is back and all is quiet; empty when all is well. */
export async function whatIsWrong(
  system: ChaosSystem,
  { crowd, keeper, askers, told }: { crowd: Crowd; keeper: Keeper; askers: Askers; told: readonly Told[] },
): Promise<string[]> {
  return [
    ...(await acceptedAndNotEnded(system, crowd)),
    ...(await nobodyAskedFor(system, { crowd, keeper, askers })),
    ...(await againstTheLastWord(system, crowd)),
    ...(await whatIsApart(system, keeper)),
    ...(await requestsGoneWrong(system, askers)),
    ...(await whatWasToldWrongly(system, told)),
    ...(await auditBroken(system)),
  ]
}

async function acceptedAndNotEnded({ db }: ChaosSystem, crowd: Crowd): Promise<string[]> {
  const ids = [...new Set(crowd.words.flatMap(({ changeId }) => changeId ?? []))]
  const found = await rows<{ id: string; state: string; reasonCode: string | null }>(
    db,
    'select id, state, reason_code from change where id = any(:ids::uuid[])',
    { ids },
  )
  const stateOf = new Map(found.map((change) => [change.id, change]))
  return ids.flatMap((id) => {
    const change = stateOf.get(id)
    if (!change) return [`change ${id} was accepted and is nowhere`]
    return ['applied', 'superseded'].includes(change.state)
      ? []
      : [`change ${id} was accepted and is ${change.state} (${change.reasonCode})`]
  })
}

/** Whoever repeats a word, with its key, has said it once. */
async function nobodyAskedFor(
  { db }: ChaosSystem,
  { crowd, keeper, askers }: { crowd: Crowd; keeper: Keeper; askers: Askers },
): Promise<string[]> {
  const words = crowd.words.flatMap(({ changeId }) => changeId ?? [])
  const ids = [...new Set([...words, ...askers.changes, ...keeper.changes])]
  const found = await rows<{ id: string }>(
    db,
    `select id from change where via = 'discord' and id <> all(:ids::uuid[])`,
    { ids },
  )
  return found.map(({ id }) => `change ${id} is nobody’s word`)
}

async function againstTheLastWord(system: ChaosSystem, { words, isEdited }: Crowd): Promise<string[]> {
  const last = new Map(words.map((word) => [`${word.uid} ${word.list}`, word]))
  const wrong: string[] = []
  for (const list of lists) {
    const on = new Set(await system.directory.membersOf(list))
    for (const { uid, action, changeId } of [...last.values()].filter((word) => word.list === list))
      if (!isEdited(uid, list) && on.has(system.directory.memberValue(uid)) !== (action === 'subscribe'))
        wrong.push(
          `the last word was that ${uid} wants to ${action} ${list} (change ${changeId}); the directory has it otherwise`,
        )
  }
  return wrong
}

/** Where directory, mirror and what was asked of lists do not agree. */
export async function whatIsApart(system: ChaosSystem, keeper: Keeper): Promise<string[]> {
  return [...(await mirrorApart(system)), ...(await listsApart(system, keeper))]
}

async function mirrorApart({ db, directory }: ChaosSystem): Promise<string[]> {
  const wrong: string[] = []
  for (const list of lists) {
    const mirrored = await rows<{ uid: string }>(
      db,
      `select m.uid from membership s join list l on l.id = s.list_id join member m on m.id = s.member_id
       where l.name = :list and l.state <> 'gone'`,
      { list },
    )
    const there = (await directory.membersOf(list)).toSorted().join(' ')
    const here = mirrored
      .map(({ uid }) => directory.memberValue(uid))
      .toSorted()
      .join(' ')
    if (there !== here)
      wrong.push(`the mirror of ${list} is apart from the directory:\n  ${here}\n  ${there}`)
  }
  return wrong
}

async function auditBroken({ db }: ChaosSystem): Promise<string[]> {
  const { ok, sealed, unsealed, firstBreak } = await verifyAudit(db)
  if (!ok) return [`the audit is broken at ${JSON.stringify(firstBreak)}`]
  return sealed > 0 && unsealed === 0
    ? []
    : [`of the audit ${sealed} entries are sealed, ${unsealed} are not`]
}

/** Whether nothing is open any more, every list is there or gone, and all that happened is sealed. */
export async function isQuiet({ db }: ChaosSystem): Promise<boolean> {
  const open = await rows(
    db,
    `select from change where ended_at is null union all select from audit_unsealed
     union all select from list where state in ('creating', 'deleting') or entry_due_at is not null limit 1`,
  )
  return open.length === 0
}
