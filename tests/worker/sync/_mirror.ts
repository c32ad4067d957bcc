import type { TestContext } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import type { WorkerContext } from '../../../worker/context.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'

/** A world that is in the mirror, with a worker that reads it again only when somebody asks for that. */
export async function worldReadWhenAsked(t: TestContext, overrides: Partial<WorkerContext> = {}) {
  const world = await createWorld({}, t)
  const worker = await world.worker(
    { followsDirectory: false, ...overrides },
    { SYNC_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600', RECONCILE_INTERVAL_S: '86400' },
  )
  await world.mirrored()
  return { world, worker }
}

/** Who is on a list in the mirror, by user name. */
export const mirroredMembers = async (world: World, list: string): Promise<string[]> =>
  (
    await rows<{ uid: string }>(
      world.db,
      `select m.uid from membership s join member m on m.id = s.member_id join list l on l.id = s.list_id
       where l.name = :list and l.state <> 'gone' order by m.uid`,
      { list },
    )
  ).map((row) => row.uid)

/** Waits until the mirror has somebody on a list, or has them there no more. */
export const mirrorShows = (world: World, list: string, uid: string, isOn = true): Promise<true> =>
  waitUntil(`the mirror has ${uid} ${isOn ? 'on' : 'off'} ${list}`, async () =>
    (await mirroredMembers(world, list)).includes(uid) === isOn ? true : null,
  )

/** Waits until a list is in this state in the mirror; `none` where it has none of this name. */
export const listIs = (world: World, name: string, state: string): Promise<true> =>
  waitUntil(`the list ${name} is ${state}`, async () => {
    const found = await rows<{ state: string }>(
      world.db,
      'select state from list where name = :name order by gone_at is not null',
      { name },
    )
    return (found[0]?.state ?? 'none') === state ? true : null
  })

export const personIs = (world: World, uid: string, state: 'present' | 'gone'): Promise<true> =>
  waitUntil(`${uid} is ${state}`, async () => {
    const found = await rows(world.db, 'select 1 from member where uid = :uid and state = :state', {
      uid,
      state,
    })
    return found.length === 1 ? true : null
  })

/** Waits until the feeds were confirmed after this moment: whatever was changed before it is in the mirror. */
export async function confirmed(world: World): Promise<void> {
  const [now] = await rows<{ at: Date }>(world.db, 'select clock_timestamp() as at')
  await waitUntil('the feeds were confirmed', async () => {
    const found = await rows(world.db, 'select 1 from feed where confirmed_at > :at', { at: now?.at })
    return found.length === 2 ? true : null
  })
}

/** Waits until a worker that has just begun follows the directory: what it shows by then, and from then on, will be in the mirror. */
export const followed = (world: World): Promise<true> =>
  waitUntil('the feeds are followed', async () => {
    const found = await rows(world.db, 'select 1 from feed where confirmed_at is not null')
    return found.length === 2 ? true : null
  })

export const addMember = (world: World, list: string, uid: string): Promise<void> =>
  editMember(world, 'add', list, uid)
export const removeMember = (world: World, list: string, uid: string): Promise<void> =>
  editMember(world, 'delete', list, uid)

const editMember = ({ directory }: World, way: 'add' | 'delete', list: string, uid: string) =>
  directory.ldapmodify(
    `dn: ${directory.listDn(list)}\nchangetype: modify\n${way}: ${directory.memberAttribute}\n${directory.memberAttribute}: ${directory.memberValue(uid)}\n`,
  )

export const addPerson = ({ directory }: World, uid: string): Promise<void> =>
  directory.ldapmodify(
    `dn: ${directory.personDn(uid)}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\nsn: ${uid}\nmail: ${uid}@example.org\n`,
  )

export const addList = ({ directory }: World, name: string, uids: string[]): Promise<void> =>
  directory.ldapmodify(
    `dn: ${directory.listDn(name)}\nchangetype: add\nobjectClass: ${directory.listClass}\ncn: ${name}\n${uids
      .map((uid) => `${directory.memberAttribute}: ${directory.memberValue(uid)}\n`)
      .join('')}`,
  )

export const remove = ({ directory }: World, dn: string): Promise<void> =>
  directory.ldapmodify(`dn: ${dn}\nchangetype: delete\n`)
