import { expect, it } from 'vitest'
import { type Directory, openDirectory } from '../../../adapters/ldap/directory.ts'
import { rows } from '../../../domain/store/database.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { bigLdif } from '../../../sandbox/people.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'

const size = { people: 400, lists: 60, membersPerList: 30 }
const rounds = 3

type Modified = { dn: string; add: string[]; remove: string[] }

/** A worker whose modifies that were made are written down. */
function workerThatTells(world: World, modified: Modified[]) {
  const { directory } = world
  const real = openDirectory(asWorker(directory))
  const modifyMembers: Directory['modifyMembers'] = async (dn, change) => {
    const version = await real.modifyMembers(dn, change)
    modified.push({ dn, add: change.add, remove: change.remove })
    return version
  }
  return world.worker({ directory: { ...real, modifyMembers } })
}

/**
 * Somebody new wants to join and an old member wants to leave, a few of each list, and many change their minds at once: the word
 * before is superseded where nobody has it in hand, and waits its turn where somebody has.
 */
async function askAll(world: World, round: number): Promise<number> {
  return world.db.transaction(async (tx) => {
    const pairs = await rows<{ listId: string; memberId: string; isOn: boolean }>(
      tx,
      `select l.id as list_id, m.id as member_id, coalesce(
         (select c.action = 'subscribe' from change c where c.list_id = l.id and c.member_id = m.id and c.state in ('queued', 'applying')
          order by c.created_at desc, c.id desc limit 1),
         exists (select 1 from membership s where s.list_id = l.id and s.member_id = m.id)) as is_on
       from list l join member m on hashtextextended(l.name || m.uid || :round, 0) % 25 = 0
       where l.name like 'list%' order by l.id, m.id for key share of l`,
      { round: String(round) },
    )
    const fresh = pairs.map(({ listId, memberId, isOn }) => ({
      id: newId(),
      list_id: listId,
      member_id: memberId,
      action: isOn ? 'unsubscribe' : 'subscribe',
    }))
    await rows(
      tx,
      `update change c set state = 'superseded', ended_at = now(), superseded_by = r.id
       from jsonb_to_recordset(:fresh) as r (id uuid, list_id uuid, member_id uuid)
       where c.list_id = r.list_id and c.member_id = r.member_id and c.state = 'queued'`,
      { fresh: JSON.stringify(fresh) },
    )
    await rows(
      tx,
      `insert into change (id, list_id, member_id, action, state, requested_by, via, created_at)
       select r.id, r.list_id, r.member_id, r.action, 'queued', r.member_id, 'api', clock_timestamp()
       from jsonb_to_recordset(:fresh) as r (id uuid, list_id uuid, member_id uuid, action text)`,
      { fresh: JSON.stringify(fresh) },
    )
    await rows(tx, `select pg_notify('change_queued', lane::text) from (select distinct lane from list) as l`)
    return fresh.length
  })
}

it('applies thousands of changes with four workers: each once, and the last word of everybody is what the directory has', async (t) => {
  const world = await createWorld({ seedLdif: bigLdif({ listClass: 'groupOfUniqueNames', ...size }) }, t)
  const modified: Modified[] = []
  for (let count = 0; count < 4; count += 1) await workerThatTells(world, modified)
  await world.mirrored()
  let asked = 0
  for (let round = 0; round < rounds; round += 1) asked += await askAll(world, round)
  expect(asked).toBeGreaterThan(2000)

  await waitUntil('every change has ended', async () => {
    const open = await rows(world.db, 'select 1 from change where ended_at is null limit 1')
    return open.length === 0 ? true : null
  })
  const states = await rows<{ state: string; how: string | null; count: number }>(
    world.db,
    'select state, proof_how as how, count(*)::integer as count from change group by 1, 2',
  )
  expect(
    states.map(({ state }) => state).filter((state) => state !== 'applied' && state !== 'superseded'),
  ).toEqual([])

  // Applied once: each value was written as often as a change says that it was modified.
  const written = modified.reduce((sum, { add, remove }) => sum + add.length + remove.length, 0)
  const claimed = states.find(({ state, how }) => state === 'applied' && how === 'modified')?.count ?? 0
  const placeholders = modified
    .flatMap(({ add }) => add)
    .filter((value) => value === world.directory.worker.dn)
  expect(written - placeholders.length).toBe(claimed)

  const lists = await rows<{ name: string; members: string[] }>(
    world.db,
    `select l.name, array(select m.dn from membership s join member m on m.id = s.member_id where s.list_id = l.id) as members
     from list l where l.name like 'list%' order by l.name`,
  )
  expect(lists.length).toBe(size.lists)
  for (const { name, members } of lists) expect(await world.directory.membersOf(name)).toEqual(members.sort())

  // The last word of each pair is what the mirror has, and so the directory.
  const wrong = await rows(
    world.db,
    `select 1 from (
       select distinct on (list_id, member_id) list_id, member_id, action from change order by list_id, member_id, created_at desc, id desc
     ) as last
     where (action = 'subscribe') <> exists (
       select 1 from membership s where s.list_id = last.list_id and s.member_id = last.member_id)`,
  )
  expect(wrong).toEqual([])
  expect(await rows(world.db, 'select 1 from list where lease_token is not null')).toEqual([])
}, 60_000)
