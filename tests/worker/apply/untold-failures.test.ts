import { expect, it, type TestContext } from 'vitest'
import { type DatabaseOrTransaction, openDatabase, rows } from '../../../domain/store/database.ts'
import { decideIncident } from '../../../domain/store/incidents/decide-incident.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { tellOfFailedEntries } from '../../../worker/apply/tell-of-failed-entries.ts'
import { tellOfRefusals } from '../../../worker/apply/tell-of-refusals.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { createWorld, testLog, waitUntil, type World } from '../../_support/world.ts'
import { losingOneAnswer } from '../deliver/_lost-answer.ts'

type Told = { key: string; state: string; count: number; words: { text: string } }

const toldOf = (world: World, kind: string) =>
  rows<Told>(world.db, 'select key, state, count, words from incident where kind = :kind', { kind })

/** Until admins were told of it, in whatever way. */
const firstToldOf = (world: World, kind: string) =>
  waitUntil('admins are told', async () => {
    const told = await toldOf(world, kind)
    return told.length > 0 ? told : null
  })

/** People and lists are in the mirror, and no worker is there. */
async function mirroredWorld(t: TestContext): Promise<World> {
  const world = await createWorld({ listClass: 'posixGroup' }, t)
  const worker = await world.worker()
  await world.mirrored()
  await worker.stop()
  return world
}

const alertingIn = ({ db }: World) => ({ db, alertTo: { channelId: null, mailTo: null }, log: testLog })

/** Two do this, neither of which has told when the other one finds what to tell. No worker looks meanwhile. */
async function atOnce(world: World, key: string | undefined, tell: () => Promise<void>): Promise<void> {
  const both = await world.db.transaction(async (tx) => {
    await rows(tx, 'select pg_advisory_xact_lock(hashtextextended(:key, 0))', { key: key ?? '' })
    const telling = [tell(), tell()]
    await waitUntil('both have found it', async () => {
      const waiting = await rows(
        world.db,
        `select 1 from pg_locks where locktype = 'advisory' and not granted
           and database = (select oid from pg_database where datname = current_database())`,
      )
      return waiting.length === 2 ? true : null
    })
    return { telling }
  })
  await Promise.all(both.telling)
}

/** What a worker recorded before it was killed: somebody's change that the directory refused, `ago`. */
const refused = async (
  { db }: { db: DatabaseOrTransaction },
  uid: string,
  list: string,
  ago = '0 seconds',
) => {
  const id = newId()
  await rows(
    db,
    `insert into change (id, list_id, member_id, action, state, via, ended_at, reason_code, reason_message, refusal, refusal_message)
     select :id, l.id, m.id, 'subscribe', 'failed', 'api', now() - :ago::interval, 'DIRECTORY_REFUSED', 'The directory refused it.', '21',
       'memberUid: value #0 invalid per syntax'
     from list l, member m where l.name = :list and m.uid = :uid`,
    { id, list, uid, ago },
  )
  return id
}

it('a change that the directory refused is told of although whoever recorded that never heard that it had', async (t) => {
  const world = await createWorld({ listClass: 'posixGroup' }, t)
  await world.directory.ldapmodify(
    `dn: uid=zoë,${world.directory.peopleBase}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: zoë\ncn: zoë\nsn: zoë\nmail: zoe@example.org\n`,
  )
  const db = openDatabase(world.databaseUrl, { name: 'test' })
  cleanUpAfter(t, () => db.destroy())
  const worker = await world.worker({ db: losingOneAnswer(db) })
  await world.mirrored()
  const { id } = await world.request('zoë', 'subscribe', 'news')
  expect(await world.ended(id)).toMatchObject({ state: 'failed', reason: { code: 'DIRECTORY_REFUSED' } })
  const [told, ...others] = await firstToldOf(world, 'change-failed')
  expect(others).toEqual([])
  expect(told).toMatchObject({ state: 'open', count: 1, words: { text: expect.stringContaining('zoë') } })
  expect(told?.words.text).toContain('the directory answered 21')
  await worker.stop()
})

it('changes of which a worker died before it told are told of once, in one incident, whoever comes first', async (t) => {
  const world = await mirroredWorld(t)
  await refused(world, 'ada', 'news')
  await refused(world, 'bob', 'news')
  await refused(world, 'carol', 'chess', '2 days')
  const workers = await Promise.all([world.worker(), world.worker()])
  await firstToldOf(world, 'change-failed')
  await Promise.all(workers.map((worker) => worker.stop()))
  // By now a sweep would have told of them again.
  await tellOfRefusals(alertingIn(world))
  const [told, ...others] = await toldOf(world, 'change-failed')
  expect(others).toEqual([])
  expect(told).toMatchObject({ state: 'open', count: 1 })
  expect(told?.words.text).toMatch(/ada.*bob.*invalid per syntax/s)
  expect(told?.words.text).not.toContain('carol')

  // One more is another word in the same incident.
  await refused(world, 'carol', 'news')
  await atOnce(world, told?.key, () => tellOfRefusals(alertingIn(world)))
  expect(await toldOf(world, 'change-failed')).toMatchObject([
    { count: 2, words: { text: expect.stringMatching(/ada.*bob.*carol/s) } },
  ])
})

it('what was refused before an incident like it was over, and never told, is told all the same', async (t) => {
  const world = await mirroredWorld(t)
  const id = await refused(world, 'ada', 'news', '1 minute')
  await rows(
    world.db,
    `insert into incident (id, key, kind, words, state, outcome, resolved_at)
     select gen_random_uuid(), 'change-failed ' || list_id || ' 21', 'change-failed', '{"subject": "s", "text": "t", "content": "c"}',
       'resolved', 'retried', now() from change where id = :id`,
    { id },
  )
  await tellOfRefusals(alertingIn(world))
  expect((await toldOf(world, 'change-failed')).map(({ state }) => state).toSorted()).toEqual([
    'open',
    'resolved',
  ])
})

it('what was refused is not told once its member has said something else', async (t) => {
  const world = await mirroredWorld(t)
  await refused(world, 'ada', 'news', '1 minute')
  await refused(world, 'bob', 'news', '1 minute')
  await rows(
    world.db,
    `insert into change (id, list_id, member_id, action, state, via, ended_at)
     select gen_random_uuid(), l.id, m.id, 'unsubscribe', 'cancelled', 'api', now() from list l, member m where l.name = 'news' and m.uid = 'ada'`,
  )
  await tellOfRefusals(alertingIn(world))
  const [told] = await toldOf(world, 'change-failed')
  expect(told?.words.text).toContain('bob')
  expect(told?.words.text).not.toContain('ada')
})

/** What a worker recorded before it was killed: a list's entry can't be edited. */
async function failedEntry(world: World, list: string): Promise<string> {
  const [failed] = await rows<{ id: string }>(
    world.db,
    `with failed as (update list set entry_problem = 'the directory answered 65: object class violation' where name = :list returning id)
     insert into audit_entry (id, actor_kind, event, subject_kind, subject_id, via, outcome, details)
     select uuidv7(), 'worker', 'list.entry_failed', 'list', id, 'ldap', '65', '{"operation": "edit"}' from failed
     returning subject_id as id`,
    { list },
  )
  return failed?.id ?? ''
}

it('an entry of a list of which a worker died before it told is told of once', async (t) => {
  const world = await mirroredWorld(t)
  const id = await failedEntry(world, 'chess')
  const workers = await Promise.all([world.worker(), world.worker()])
  await firstToldOf(world, 'list-entry-failed')
  await Promise.all(workers.map((worker) => worker.stop()))
  await tellOfFailedEntries(alertingIn(world))
  const [told, ...others] = await toldOf(world, 'list-entry-failed')
  expect(others).toEqual([])
  expect(told).toMatchObject({ key: `list-entry-failed ${id} edit`, state: 'open', count: 1 })
  expect(told?.words.text).toMatch(/chess.*object class violation/s)

  // The next one is news.
  await failedEntry(world, 'chess')
  await atOnce(world, told?.key, () => tellOfFailedEntries(alertingIn(world), id))
  expect(await toldOf(world, 'list-entry-failed')).toMatchObject([{ count: 2 }])
})

it('that a list could not be created is not told once there is one of its name', async (t) => {
  const world = await mirroredWorld(t)
  await failedEntry(world, 'chess')
  await rows(world.db, `update list set state = 'gone', gone_at = now() where name = 'chess'`)
  const another = (name: string) =>
    rows(world.db, `update list set name = :name where name in ('choir', 'Chess')`, { name })
  await another('Chess')
  await tellOfFailedEntries(alertingIn(world))
  expect(await toldOf(world, 'list-entry-failed')).toEqual([])
  await another('choir')
  await tellOfFailedEntries(alertingIn(world))
  expect(await toldOf(world, 'list-entry-failed')).toHaveLength(1)
})

it('changes that were being recorded while admins had others of that kind tried again are named, and tried again, too', async (t) => {
  const world = await mirroredWorld(t)
  const decide = async () => {
    const [told] = await rows<{ incidentId: string; revision: number }>(
      world.db,
      `select id as incident_id, revision from incident where kind = 'change-failed' and state <> 'resolved'`,
    )
    if (told === undefined) throw new Error('there is nothing to decide')
    const by = { memberId: await world.memberId('ada'), via: 'web', requestId: null } as const
    const limits = { mirrorMaxAgeS: 360, removalLimit: { percent: 100, count: 100 } }
    await world.db.transaction((tx) => decideIncident(tx, { ...told, action: 'retry', ...by, ...limits }))
  }
  await refused(world, 'alice', 'news')
  await tellOfRefusals(alertingIn(world))
  await world.db.transaction(async (recording) => {
    await rows(recording, 'select now()')
    await decide()
    for (const uid of ['bob', 'kenji']) await refused({ db: recording }, uid, 'news')
  })
  await tellOfRefusals(alertingIn(world))
  const text = (await toldOf(world, 'change-failed')).find(({ state }) => state === 'open')?.words.text
  expect([text?.includes('bob'), text?.includes('kenji')]).toEqual([true, true])
  await decide()
  const again = await rows<{ uid: string }>(
    world.db,
    `select m.uid from change c join member m on m.id = c.member_id where c.state = 'queued' order by m.uid`,
  )
  expect(again.map(({ uid }) => uid)).toEqual(['alice', 'bob', 'kenji'])
})
