import { beforeEach, describe, expect, it } from 'vitest'
import { openDirectory } from '../../../adapters/ldap/directory.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import { rows } from '../../../domain/store/database.ts'
import { revertDrift } from '../../../domain/store/mirror/revert-drift.ts'
import { fullRead } from '../../../worker/sync/full-read.ts'
import { announceDrifts } from '../../../worker/sync/announce-drifts.ts'
import type { Worker } from '../../../worker/start-worker.ts'
import { waitUntil, type World } from '../../_support/world.ts'
import {
  addList,
  addMember,
  addPerson,
  mirroredMembers,
  remove,
  removeMember,
  worldReadWhenAsked,
} from './_mirror.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'

let world: World
let worker: Worker

beforeEach(async (t) => {
  ;({ world, worker } = await worldReadWhenAsked(t, {
    alertTo: { channelId: '400000000000000001', mailTo: null },
  }))
})

const read = () => waitUntil('it was read', async () => fullRead(worker.context, { mode: 'incremental' }))

type Row = { id: string; list: string; policy: string; joined: string[]; parted: string[]; counts: number[] }

const drifts = () =>
  rows<Row>(
    world.db,
    `select d.id, l.name as list, d.policy, array[d.joined, d.parted] as counts,
       array(select m.uid from drift_member x join member m on m.id = x.member_id where x.drift_id = d.id and way = 'joined' order by 1) as joined,
       array(select m.uid from drift_member x join member m on m.id = x.member_id where x.drift_id = d.id and way = 'parted' order by 1) as parted
     from drift d join list l on l.id = d.list_id order by l.name, d.id`,
  )

const policy = (list: string, drift: 'adopt' | 'report') =>
  rows(world.db, 'update list set drift = :drift where name = :list', { list, drift })

/** Another tool puts ada on `news` and takes carol off. */
async function edited(): Promise<Row> {
  await addMember(world, 'news', 'ada')
  await removeMember(world, 'news', 'carol')
  await read()
  const [drift] = await drifts()
  if (!drift) throw new Error('nothing was recorded')
  return drift
}

const revert = async (driftId: string, removalLimit = { percent: 20, count: 5 }) => {
  const memberId = await world.memberId('ada')
  return world.db.transaction((tx) =>
    revertDrift(tx, { driftId, memberId, via: 'api', requestId: null, removalLimit, mirrorMaxAgeS: 360 }),
  )
}
const reasonOf = (refused: Promise<unknown>): Promise<string | undefined> =>
  refused.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.reason : String(error)),
  )

const incidents = () =>
  rows(
    world.db,
    `select kind, subject_id, actions, words ->> 'text' as text from incident where kind = 'drift'`,
  )

/** How often admins were told, by incident. */
const counts = async () =>
  (await rows<{ count: number }>(world.db, `select count from incident where kind = 'drift'`)).map(
    ({ count }) => count,
  )

/** Begins to tell while nobody can write of the incident, until so many have something to tell; `meanwhile` happens then. */
async function whileNobodyWrites(
  tellers: number,
  tell: () => Promise<void>[],
  meanwhile: () => Promise<void> = async () => {},
): Promise<void> {
  const begun = await world.db.transaction(async (tx) => {
    await rows(
      tx,
      `select pg_advisory_xact_lock(hashtextextended('drift ' || id, 0)) from list where name = 'news'`,
    )
    await rows(tx, 'lock table incident in share row exclusive mode')
    const telling = tell()
    await waitUntil('they wait to tell of it', async () => {
      const waiting = await rows(
        world.db,
        `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      )
      return waiting.length === tellers ? true : null
    })
    await meanwhile()
    return { telling }
  })
  await Promise.all(begun.telling)
}

describe('what another tool changes about who is on a list', () => {
  it('is on record, with names and numbers', async () => {
    const before = await mirroredMembers(world, 'news')
    expect(before).toContain('carol')
    expect(await edited()).toMatchObject({
      list: 'news',
      policy: 'adopt',
      joined: ['ada'],
      parted: ['carol'],
      counts: [1, 1],
    })
  })

  it('is not what we changed ourselves, nor the first read, nor a list that is new', async () => {
    expect(await drifts()).toEqual([])
    await world.ended((await world.request('ada', 'subscribe', 'news')).id)
    await addList(world, 'sauna', ['bob'])
    await read()
    expect(await drifts()).toEqual([])
  })

  it('is not who is on a list of which nobody had read that, nor on one that comes back', async () => {
    await rows(
      world.db,
      `delete from membership using list l where l.id = list_id and l.name in ('news', 'choir')`,
    )
    await rows(world.db, `update list set version = null where name = 'news'`)
    await rows(world.db, `update list set state = 'gone', gone_at = now() where name = 'choir'`)
    await read()
    expect(await mirroredMembers(world, 'news')).toContain('carol')
    // Also where nobody edited it meanwhile.
    expect(await mirroredMembers(world, 'choir')).not.toEqual([])
    expect(await drifts()).toEqual([])
  })

  it('is not who is on a list that we do not manage', async () => {
    await rows(world.db, `update list set managed = false where name = 'news'`)
    await addMember(world, 'news', 'ada')
    await read()
    expect(await mirroredMembers(world, 'news')).toContain('ada')
    expect(await drifts()).toEqual([])
  })

  it('is found beside our own change of the same list', async () => {
    await addMember(world, 'news', 'ada')
    await world.ended((await world.request('grace', 'subscribe', 'news')).id)
    await read()
    expect(await drifts()).toMatchObject([{ list: 'news', joined: ['ada'], parted: [] }])
  })

  it('is not what a worker did and has not recorded yet', async () => {
    const [ada, grace] = [await world.memberId('ada'), await world.memberId('grace')]
    await rows(
      world.db,
      `insert into change (id, list_id, member_id, action, state, requested_by, via)
       select gen_random_uuid(), l.id, :ada, 'subscribe', 'applying', :ada, 'api' from list l where l.name = 'news'`,
      { ada },
    )
    await addMember(world, 'news', 'ada')
    await addMember(world, 'news', 'grace')
    await read()
    expect(await drifts()).toMatchObject([{ joined: ['grace'], counts: [1, 0] }])
    expect(grace).not.toBe(ada)
  })

  it('is not what a worker did whose change is back in the queue, but the opposite of one is', async () => {
    await addMember(world, 'chess', 'grace')
    await read()
    const before = (await drifts()).length
    await worker.stop()
    for (const [uid, action] of [
      ['ada', 'subscribe'],
      ['grace', 'subscribe'],
    ])
      await rows(
        world.db,
        `insert into change (id, list_id, member_id, action, state, requested_by, via)
         select gen_random_uuid(), l.id, m.id, :action, 'queued', m.id, 'api' from list l, member m
         where l.name = 'chess' and m.uid = :uid`,
        { uid, action },
      )
    await addMember(world, 'chess', 'ada')
    await removeMember(world, 'chess', 'grace')
    const directory = openDirectory(asWorker(world.directory))
    await fullRead({ ...worker.context, db: world.db, directory }, { mode: 'incremental' })
    await directory.close()
    expect((await drifts()).slice(before)).toMatchObject([{ joined: [], parted: ['grace'] }])
  })

  it('is nothing when somebody comes to the directory, is renamed, or leaves', async () => {
    await addMember(world, 'news', 'newcomer')
    await read()
    await addPerson(world, 'newcomer')
    await read()
    expect(await mirroredMembers(world, 'news')).toContain('newcomer')
    await world.directory.ldapmodify(
      `dn: ${world.directory.personDn('carol')}\nchangetype: modrdn\nnewrdn: uid=carola\ndeleteoldrdn: 1\n`,
    )
    await read()
    await remove(world, world.directory.personDn('newcomer'))
    await read()
    await removeMember(world, 'news', 'newcomer')
    await read()
    expect(await drifts()).toEqual([])
  })
})

describe('a list whose policy is to report', () => {
  it('tells admins who came and went, once, with a way to undo it', async () => {
    await policy('news', 'report')
    const { id } = await edited()
    await announceDrifts(worker.context)
    await announceDrifts(worker.context)
    expect(await incidents()).toEqual([
      {
        kind: 'drift',
        subjectId: id,
        actions: expect.arrayContaining(['revert']) as unknown,
        text: expect.stringMatching(/news[^]*ada[^]*carol/) as unknown,
      },
    ])
  })

  it('many edits of one list are one message, about the latest', async () => {
    await policy('news', 'report')
    await edited()
    await announceDrifts(worker.context)
    for (const uid of ['grace', 'heidi']) {
      await addMember(world, 'news', uid)
      await read()
    }
    await announceDrifts(worker.context)
    const [latest] = (await drifts()).toReversed()
    expect(await incidents()).toEqual([
      {
        kind: 'drift',
        subjectId: latest?.id,
        actions: expect.arrayContaining(['revert']) as unknown,
        text: expect.stringMatching(/3 times[^]*heidi/) as unknown,
      },
    ])
  })

  it('what is too large to be undone is told without a button for it, and with what to do instead', async () => {
    await policy('news', 'report')
    const { id } = await edited()
    await rows(world.db, 'update drift set parted = 499 where id = :id', { id })
    await announceDrifts(worker.context)
    expect(await incidents()).toMatchObject([{ actions: ['revert'] }])
    await rows(world.db, 'update drift set parted = 500, told_at = null where id = :id', { id })
    await announceDrifts(worker.context)
    expect(await incidents()).toMatchObject([
      {
        subjectId: id,
        actions: [],
        text: expect.stringMatching(/put news right in the directory: for more than 500 people/) as unknown,
      },
    ])
  })

  it('of several workers that look at once one tells of it', async () => {
    await policy('news', 'report')
    await edited()
    await whileNobodyWrites(2, () => [announceDrifts(worker.context), announceDrifts(worker.context)])
    expect(await counts()).toEqual([1])
  })

  it('an edit that another worker records while this one tells of one is told of, whatever its clock says', async () => {
    await policy('news', 'report')
    await edited()
    await whileNobodyWrites(
      1,
      () => [announceDrifts(worker.context)],
      async () => {
        // Its clock is slow, and ids are made of its time.
        await rows(
          world.db,
          `insert into drift (id, list_id, policy, version_after) select :id, id, 'report', 'later' from list where name = 'news'`,
          { id: '01800000-0000-7000-8000-000000000001' },
        )
      },
    )
    expect(await counts()).toEqual([1])
    await announceDrifts(worker.context)
    expect(await counts()).toEqual([2])
    expect(await incidents()).toMatchObject([
      {
        subjectId: '01800000-0000-7000-8000-000000000001',
        text: expect.stringMatching(/2 times/) as unknown,
      },
    ])
    await announceDrifts(worker.context)
    expect(await counts()).toEqual([2])
  })

  it('what an admin undoes before it is told of is not told of', async () => {
    await policy('news', 'report')
    const { id } = await edited()
    await whileNobodyWrites(
      1,
      () => [announceDrifts(worker.context)],
      async () => {
        await revert(id)
      },
    )
    expect(await incidents()).toEqual([])
  })

  it('where the latest of several is undone meanwhile, the others are told of', async () => {
    await policy('news', 'report')
    const first = await edited()
    await addMember(world, 'news', 'heidi')
    await read()
    const [latest] = (await drifts()).toReversed()
    if (!latest) throw new Error('nothing was recorded')
    await whileNobodyWrites(
      1,
      () => [announceDrifts(worker.context)],
      async () => {
        await revert(latest.id)
      },
    )
    expect(await incidents()).toMatchObject([
      { subjectId: first.id, text: expect.stringMatching(/ada[^]*carol/) as unknown },
    ])
  })

  it('what an admin has undone is not among how often a list was edited', async () => {
    await policy('news', 'report')
    const { id } = await edited()
    await announceDrifts(worker.context)
    await revert(id)
    for (const uid of ['grace', 'heidi']) {
      await addMember(world, 'news', uid)
      await read()
    }
    await announceDrifts(worker.context)
    expect(await incidents()).toMatchObject([{ text: expect.stringMatching(/2 times[^]*heidi/) as unknown }])
  })

  it('what was not told within a day is not told any more', async () => {
    await policy('news', 'report')
    await edited()
    await rows(world.db, `update drift set at = at - interval '25 hours'`)
    await announceDrifts(worker.context)
    expect(await incidents()).toEqual([])
  })

  it('where it is only adopted, nobody is told', async () => {
    await edited()
    await announceDrifts(worker.context)
    expect(await incidents()).toEqual([])
  })
})

describe('undoing it', () => {
  it('takes off who joined and puts on again who parted, by changes that end', async () => {
    const before = await world.directory.membersOf('news')
    const { id } = await edited()
    const { changes } = await revert(id)
    expect(
      changes.map(({ member, action, requestedBy }) => `${member} ${action} by ${requestedBy}`).toSorted(),
    ).toEqual(['ada unsubscribe by ada', 'carol subscribe by ada'])
    for (const change of changes) expect(await world.ended(change.id)).toMatchObject({ state: 'applied' })
    expect(await world.directory.membersOf('news')).toEqual(before)
    await read()
    expect(await drifts()).toHaveLength(1)
  })

  it('works once', async () => {
    const { id } = await edited()
    await revert(id)
    expect(await reasonOf(revert(id))).toBe('ALREADY_REVERTED')
    expect(await reasonOf(revert('01a1fd3f-fc36-779e-9abe-ffb6db07859e'))).toBe('DRIFT_NOT_FOUND')
  })

  it('works once, also where two admins want it at the same moment', async () => {
    const { id } = await edited()
    const begun = await world.db.transaction(async (tx) => {
      await rows(tx, `select from list where name = 'news' for update`)
      const both = Promise.all([reasonOf(revert(id)), reasonOf(revert(id))])
      await waitUntil('both are at it', async () => {
        const waiting = await rows(
          world.db,
          `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        )
        return waiting.length === 2 ? true : null
      })
      return { both }
    })
    expect((await begun.both).toSorted()).toEqual(['ALREADY_REVERTED', 'done'])
  })

  it('leaves alone who is gone from the directory', async () => {
    const { id } = await edited()
    await remove(world, world.directory.personDn('carol'))
    await read()
    const { changes } = await revert(id)
    expect(changes.map(({ member, action }) => `${member} ${action}`)).toEqual(['ada unsubscribe'])
  })

  it('is refused where more were moved than one transaction puts back', async () => {
    const { id } = await edited()
    await rows(world.db, 'update drift set parted = 501 where id = :id', { id })
    expect(await reasonOf(revert(id))).toBe('DRIFT_TOO_LARGE')
    expect(await rows(world.db, 'select reverted_at from drift where id = :id', { id })).toEqual([
      { revertedAt: null },
    ])
  })

  it('is refused where the list is gone', async () => {
    const { id } = await edited()
    await remove(world, world.directory.listDn('news'))
    await read()
    expect(await reasonOf(revert(id))).toBe('LIST_GONE')
  })

  it('is refused where the list is not managed any more', async () => {
    const { id } = await edited()
    await rows(world.db, `update list set managed = false where name = 'news'`)
    expect(await reasonOf(revert(id))).toBe('LIST_GONE')
  })

  it('waits for an admin where it would take too many off at once', async () => {
    for (const uid of ['ada', 'grace', 'heidi']) await addMember(world, 'chess', uid)
    await read()
    const [drift] = await drifts()
    const { changes } = await revert(drift?.id ?? '', { percent: 1, count: 1 })
    expect(new Set(changes.map(({ state }) => state))).toContain('awaiting_approval')
    expect(await rows(world.db, 'select kind, state from hold')).toEqual([
      { kind: 'removals', state: 'waiting' },
    ])
  })
})
