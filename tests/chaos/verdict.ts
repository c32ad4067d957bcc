import { rows } from '../../domain/store/database.ts'
import type { ChaosSystem } from './chaos-system.ts'
import { alertChannel } from './chaos-system.ts'
import { type Crowd, lists } from './members.ts'

/** What is not as it should be once everything is back and all is quiet; empty when all is well. */
export async function whatIsWrong(system: ChaosSystem, crowd: Crowd): Promise<string[]> {
  return [
    ...(await acceptedAndNotEnded(system, crowd)),
    ...(await againstTheLastWord(system, crowd)),
    ...(await mirrorApart(system)),
    ...(await toldTwice(system)),
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

/** Each incident has one message at most, and no two of one key lasted at once. */
async function toldTwice({ db, discord }: ChaosSystem): Promise<string[]> {
  const overlapping = await rows<{ key: string }>(
    db,
    `select distinct a.key from incident a join incident b on b.key = a.key and b.id > a.id
     where b.began_at < coalesce(a.resolved_at, 'infinity')`,
  )
  const told = await rows<{ messageId: string }>(
    db,
    `select message_id from notice where kind = 'alert' and message_id is not null`,
  )
  const known = new Set(told.map(({ messageId }) => messageId))
  const strays = discord.messagesIn(alertChannel).filter(({ id }) => !known.has(id))
  const said = Map.groupBy(strays, ({ content }) => content.split('\n')[0] ?? '')
  return [
    ...overlapping.map(({ key }) => `two incidents of ${key} lasted at once`),
    ...[...said].flatMap(([words, messages]) =>
      messages.length > 1 ? [`${messages.length} messages that belong to no incident say: ${words}`] : [],
    ),
  ]
}

/** Resolves once nothing is open and the mirror is the directory, or after `withinMs`. */
export async function isQuiet({ db }: ChaosSystem): Promise<boolean> {
  const open = await rows(db, 'select 1 from change where ended_at is null limit 1')
  return open.length === 0
}

export { mirrorApart }
