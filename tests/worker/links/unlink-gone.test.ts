import { pino } from 'pino'
import { v7 } from 'uuid'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Hold } from '../../../domain/contracts/hold.ts'
import { decideHold } from '../../../domain/store/holds/decide-hold.ts'
import { type Database, openDatabase, rows, type Transaction } from '../../../domain/store/database.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { markPeopleGone } from '../../../domain/store/mirror/mirror-people.ts'
import { readHolds } from '../../../domain/store/holds/read-holds.ts'
import { createHoldEar } from '../../../worker/holds/look-at-holds.ts'
import { unlinkGone } from '../../../worker/links/unlink-gone.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { createTestDatabase, startTestMailSink } from '../../_support/servers.ts'
import { createWorld, somebodyWaits, waitUntil } from '../../_support/world.ts'

const dayS = 86_400
const alertChannel = '700000000000000001'
const accountOf = (place: number) => `6000000000000000${String(place).padStart(2, '0')}`

let db: Database

beforeEach(async (t) => {
  const { url } = await createTestDatabase(t)
  db = openDatabase(url, { poolMax: 4 })
  cleanUpAfter(t, () => db.destroy())
  await readDirectory(0)
})

/** As after a full read so many seconds ago. */
async function readDirectory(agoS: number): Promise<void> {
  await rows(db, 'delete from sync_run')
  await rows(
    db,
    `insert into sync_run (id, mode, state, started_at, ended_at)
     values (:id, 'full', 'done', now() - make_interval(secs => :agoS), now() - make_interval(secs => :agoS))`,
    { id: newId(), agoS },
  )
}

/** So many linked members: `uid1` has the account 1, and so on. */
async function link(count: number, locale = 'en'): Promise<void> {
  for (let place = 1; place <= count; place += 1) {
    const [memberId, uid] = [newId(), `uid${place}`]
    await rows(
      db,
      `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name, mails, mail_keys)
       values (:memberId, :memberId, '1', :uid, :uid, :uid, :uid, array[:mail], array[:mail])`,
      { memberId, uid, mail: `${uid}@example.org` },
    )
    await rows(
      db,
      'insert into discord_link (id, discord_user_id, member_id, locale) values (:id, :account, :memberId, :locale)',
      { id: newId(), account: accountOf(place), memberId, locale },
    )
  }
}

async function leave(uids: string[], agoS = 0): Promise<void> {
  await rows(
    db,
    `update member set state = 'gone', gone_at = now() - make_interval(secs => :agoS) where uid = any(:uids)`,
    { uids, agoS },
  )
}

const comeBack = (uid: string) =>
  rows(db, `update member set state = 'present', gone_at = null where uid = :uid`, { uid })

/** Lets everything that is known of links have happened so much earlier. */
const pass = async (seconds: number) => {
  await rows(
    db,
    `update discord_link set leaving_told_at = leaving_told_at - make_interval(secs => :seconds)
     where leaving_told_at is not null`,
    { seconds },
  )
  await rows(
    db,
    `update member set gone_at = gone_at - make_interval(secs => :seconds) where gone_at is not null`,
    { seconds },
  )
}

const look = (
  alertTo: { channelId: string | null; mailTo: string | null } = { channelId: alertChannel, mailTo: null },
) => unlinkGone({ db, log: pino({ level: 'silent' }), alertTo, siteTimeZone: 'UTC', syncIntervalS: 180 })

const linked = async () =>
  (
    await rows<{ uid: string }>(
      db,
      `select m.uid from discord_link l join member m on m.id = l.member_id where l.unlinked_at is null order by m.uid`,
    )
  ).map(({ uid }) => uid)

type Notice = {
  kind: string
  destinationId: string
  body: { content: string; mail: { to: string; subject: string; text: string } | null }
}
const notices = () => rows<Notice>(db, 'select kind, destination_id, body from notice order by id')

const uids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => `uid${from + at}`)

describe('somebody who is gone from the directory', () => {
  it('is told first, once, with the day on which the link ends', async () => {
    await link(3)
    await leave(['uid2'])
    await look()
    await look()
    const [notice, ...more] = await notices()
    expect(more).toEqual([])
    const endsAt = Math.floor(Date.now() / 1000) + 7 * dayS
    expect(notice).toMatchObject({ kind: 'link.leaving', destinationId: accountOf(2) })
    const told = Number(/<t:(\d+):D>/.exec(notice?.body.content ?? '')?.[1])
    expect(Math.abs(told - endsAt)).toBeLessThan(60)
    expect(notice?.body.content).toContain('**uid2** is no longer in the directory')
    expect(notice?.body.mail).toMatchObject({
      to: 'uid2@example.org',
      subject: expect.stringContaining('uid2 is no longer') as unknown,
    })
    expect(notice?.body.mail?.text).not.toMatch(/<t:|\*\*/)
    expect(await linked()).toEqual(uids(1, 3))
  })

  it('keeps the link for seven days, and then loses it', async () => {
    await link(3)
    await leave(['uid2'])
    await look()
    await pass(7 * dayS - 60)
    await look()
    expect(await linked()).toEqual(uids(1, 3))
    await pass(61)
    await look()
    expect(await linked()).toEqual(['uid1', 'uid3'])
    expect(
      await rows(db, `select actor_kind, actor_id, via, outcome from audit_entry where event = 'link.ended'`),
    ).toEqual([{ actorKind: 'worker', actorId: null, via: 'worker', outcome: 'gone' }])
    expect(await rows(db, `select 1 from discord_link where unlink_reason = 'gone'`)).toHaveLength(1)
    expect(await notices()).toHaveLength(1)
  })

  it('is told a day ahead, however long nobody looked', async () => {
    await link(3, 'zh-TW')
    await leave(['uid2'], 30 * dayS)
    await look()
    expect(await linked()).toEqual(uids(1, 3))
    const [notice] = await notices()
    const told = Number(/<t:(\d+):D>/.exec(notice?.body.content ?? '')?.[1])
    expect(Math.abs(told - Date.now() / 1000 - dayS)).toBeLessThan(60)
    expect(notice?.body.content).toContain('目錄裡已經沒有 **uid2**')
    await pass(dayS + 1)
    await look()
    expect(await linked()).toEqual(['uid1', 'uid3'])
  })

  it('who leaves while somebody looks is told once as well', async () => {
    await link(12)
    await leave(uids(1, 7))
    await look()
    await Promise.all(uids(1, 7).map(comeBack))
    const looking = await db.transaction(async (tx) => {
      await rows(tx, 'select from hold for update')
      const begun = look()
      await somebodyWaits({ db })
      await leave(['uid8'])
      return { begun }
    })
    await looking.begun
    await look()
    expect(await told()).toBe(1)
  })

  it('who comes back in time keeps the link, and is told anew of the next time', async () => {
    await link(3)
    await leave(['uid2'])
    await look()
    await comeBack('uid2')
    await look()
    expect(await rows(db, 'select 1 from discord_link where leaving_told_at is not null')).toEqual([])
    await leave(['uid2'], 8 * dayS)
    await look()
    expect([await linked(), (await notices()).length]).toEqual([uids(1, 3), 2])
  })

  it('who came and went again between two looks is told anew', async () => {
    await link(3)
    await leave(['uid2'])
    await look()
    await rows(
      db,
      `update discord_link set leaving_told_at = now() - interval '9 days' where leaving_told_at is not null`,
    )
    await leave(['uid2'], 8 * dayS)
    await look()
    expect([await linked(), (await notices()).length]).toEqual([uids(1, 3), 2])
  })

  it('without an address is told in Discord only', async () => {
    await link(3)
    await rows(db, `update member set mails = '{}'`)
    await leave(['uid2'])
    await look()
    expect((await notices())[0]?.body.mail).toBeNull()
  })
})

describe('nothing is done', () => {
  it('on the word of a mirror that is too old', async () => {
    await link(3)
    await leave(['uid2'])
    await look()
    await pass(8 * dayS)
    await readDirectory(361)
    await look()
    expect(await linked()).toEqual(uids(1, 3))
    await readDirectory(0)
    await look()
    expect(await linked()).toEqual(['uid1', 'uid3'])
  })

  it('about people who are there', async () => {
    await link(3)
    await look()
    expect([await linked(), await notices()]).toEqual([uids(1, 3), []])
  })
})

type Told = {
  kind: string
  state: string
  outcome: string | null
  actions: string[]
  words: { content: string }
}
const incidents = () =>
  rows<Told>(db, 'select kind, state, outcome, actions, words from incident order by began_at, id')
const holds = async () =>
  (await rows<{ state: string }>(db, 'select state from hold order by id')).map(({ state }) => state)
const told = async () => (await notices()).filter(({ kind }) => kind === 'link.leaving').length

async function decide(decision: 'approve' | 'deny', within: Transaction | null = null): Promise<Hold> {
  const [hold] = await rows<{ id: string; revision: number }>(
    db,
    `select id, revision from hold where state = 'waiting'`,
  )
  const holdId = hold?.id ?? ''
  const revision = hold?.revision ?? 1
  const decided = { holdId, decision, revision, memberId: newId(), via: 'web', requestId: null } as const
  return within === null ? db.transaction((tx) => decideHold(tx, decided)) : decideHold(within, decided)
}

describe('when many are gone at once', () => {
  it('nobody is told or unlinked, and admins are asked once, until few enough are left', async () => {
    await link(12)
    await leave(['uid12'])
    await look()
    await pass(8 * dayS)
    await leave(uids(1, 6))
    await look()
    await look()
    expect(await linked()).toHaveLength(12)
    const [alert, ...more] = await incidents()
    expect(more).toEqual([])
    expect(alert).toMatchObject({ kind: 'people-gone', state: 'open', actions: ['approve', 'deny'] })
    expect(alert?.words.content).toContain('7 of 12 linked members are not in the directory any more')
    expect(await holds()).toEqual(['waiting'])

    await comeBack('uid6')
    await look()
    expect(await linked()).toEqual(uids(1, 11).toSorted())
    expect([await told(), await holds()]).toEqual([6, ['over']])
    expect(await incidents()).toMatchObject([{ state: 'resolved', outcome: 'over' }])

    await leave(uids(6, 11))
    await look()
    expect([await holds(), (await incidents()).length]).toEqual([['over', 'waiting'], 2])
  })

  it('five of a few, and a fifth of many, are not many', async () => {
    await link(40)
    await leave(uids(1, 8))
    await look()
    expect((await notices()).map(({ kind }) => kind)).toEqual(Array(8).fill('link.leaving'))
    expect(await holds()).toEqual([])
  })

  it('one more than a fifth is; without a channel the mail tells of it', async () => {
    await link(40)
    await leave(uids(1, 9))
    await look({ channelId: null, mailTo: 'ops@example.org' })
    expect([await holds(), await told()]).toEqual([['waiting'], 0])
    expect(await rows(db, 'select to_address from mail')).toEqual([{ toAddress: 'ops@example.org' }])
  })

  it('one after the other on one day are many too; a day later the others are told, and all go in the end', async () => {
    await link(12)
    await leave(uids(1, 5))
    await look()
    await leave(uids(6, 9))
    await look()
    expect([await told(), await holds()]).toEqual([5, ['waiting']])
    await pass(dayS + 1)
    await look()
    expect([await told(), await holds()]).toEqual([9, ['over']])
    await pass(8 * dayS)
    await look()
    expect(await linked()).toEqual(['uid10', 'uid11', 'uid12'])
  })

  it('all of three or more are many, however few, and however slowly they went', async () => {
    await link(5)
    await leave(uids(1, 5))
    await look()
    expect((await incidents())[0]?.words.content).toContain('5 of 5 linked members')
    await comeBack('uid5')
    await look()
    await pass(2 * dayS)
    await leave(['uid5'])
    await pass(8 * dayS)
    await look()
    expect(await linked()).toEqual(uids(1, 5))
    await comeBack('uid5')
    await look()
    expect(await linked()).toEqual(['uid5'])
  })

  it('the last two may both go', async () => {
    await link(2)
    await leave(uids(1, 2))
    await look()
    await pass(8 * dayS)
    await look()
    expect(await linked()).toEqual([])
  })
})

describe('an admin says of many who are gone', () => {
  it('that they left: they are told, and lose their links in their time; who goes later does not with them', async () => {
    await link(12)
    await leave(uids(1, 7))
    await look()
    expect(await decide('approve')).toMatchObject({ state: 'approved', count: 7, members: uids(1, 7) })
    await leave(uids(8, 11))
    await look()
    expect([await told(), await holds()]).toEqual([11, ['approved']])
    await leave(['uid12'])
    await look()
    // All about whom nothing was decided are gone now: that is to be asked again.
    expect([await told(), await holds()]).toEqual([11, ['approved', 'waiting']])
    await rows(db, `update hold set ended_at = ended_at - interval '8 days' where ended_at is not null`)
    await pass(8 * dayS)
    await look()
    expect(await linked()).toEqual(uids(8, 12).toSorted())
  })

  it('that they left: whoever hears of that tells them at once', async () => {
    await link(12)
    await leave(uids(1, 7))
    await look()
    const { id } = await decide('approve')
    const alertTo = { channelId: null, mailTo: null }
    const hear = createHoldEar({
      db,
      log: pino({ level: 'silent' }),
      alertTo,
      siteTimeZone: 'UTC',
      syncIntervalS: 180,
    })
    await hear(id)
    expect(await told()).toBe(7)
  })

  it('that they did not: nobody of them is told or unlinked until they come back and go again', async () => {
    await link(12)
    await leave(uids(1, 7))
    await look()
    expect(await decide('deny')).toMatchObject({ state: 'denied', count: 7 })
    await pass(1)
    await look()
    await rows(db, `update hold set ended_at = ended_at - interval '30 days' where ended_at is not null`)
    await pass(30 * dayS)
    await look()
    expect([await linked(), await told(), await holds()]).toEqual([uids(1, 12).toSorted(), 0, ['denied']])
    expect(await incidents()).toMatchObject([{ state: 'resolved', outcome: 'denied' }])

    await comeBack('uid1')
    await look()
    await leave(['uid1'])
    await look()
    expect(await told()).toBe(1)
  })

  it('about those whom they saw: who left since the last look is not among them', async () => {
    await link(12)
    await leave(uids(1, 7))
    await look()
    await leave(['uid8'])
    await expect(decide('approve')).rejects.toMatchObject({ reason: 'HOLD_CHANGED' })
    await look()
    await look()
    expect(await decide('approve')).toMatchObject({ revision: 2, count: 8 })
  })

  it('once, also where the next hold is opened by a worker whose clock is an hour behind', async () => {
    await link(20)
    await leave(uids(1, 7))
    await look()
    await decide('approve')
    await rows(db, 'update hold set id = :id', { id: v7({ msecs: Date.now() + 3_600_000 }) })
    await leave(uids(8, 14))
    await look()
    const { items } = await readHolds(db, { limit: 10, after: null, state: 'waiting' })
    expect(items.map(({ members }) => members)).toEqual([uids(8, 14).toSorted()])
  })

  it('while somebody else is just being marked as gone: they see that one first', async () => {
    await link(12)
    await leave(uids(1, 7))
    await look()
    const [last] = await rows<{ entryUuid: string }>(db, `select entry_uuid from member where uid = 'uid8'`)
    // Who begins to link an account, or is being told something, keeps their row for a moment.
    const both = await db.transaction(async (tx) => {
      await rows(tx, `select 1 from member where uid = 'uid8' for share`)
      const marked = markPeopleGone(db, [last?.entryUuid ?? ''])
      await somebodyWaits({ db })
      const decided = Promise.allSettled([decide('deny')])
      // Decided at once, or waiting as well.
      await Promise.race([decided, somebodyWaits({ db }, 2).catch(() => undefined)])
      return { marked, decided }
    })
    await both.marked
    const hold = { members: uids(1, 8) }
    expect(await both.decided).toMatchObject([{ reason: { reason: 'HOLD_CHANGED', details: { hold } } }])
  })

  it('asked and answered for the first time while others are just being marked as gone: about those whom the admin saw', async () => {
    await link(20)
    await leave(uids(1, 7))
    const going = await rows<{ entryUuid: string }>(
      db,
      `select entry_uuid from member where uid in ('uid8', 'uid9')`,
    )
    const both = await db.transaction(async (tx) => {
      await rows(tx, `select 1 from member where uid = 'uid9' for share`)
      const marked = markPeopleGone(
        db,
        going.map(({ entryUuid }) => entryUuid),
      )
      await somebodyWaits({ db })
      const decided = look().then(() => decide('approve'))
      // Asked and answered at once, or waiting as well.
      await Promise.race([decided, somebodyWaits({ db }, 2).catch(() => undefined)])
      return { marked, decided }
    })
    await both.marked
    const { count } = await both.decided
    await look()
    expect(await told()).toBe(count)
  })

  it('while somebody looks: that one waits for it, and nothing is asked twice', async () => {
    await link(12)
    await leave(uids(1, 7))
    await look()
    const looking = await db.transaction(async (tx) => {
      await decide('approve', tx)
      const begun = look()
      await somebodyWaits({ db })
      return { begun }
    })
    await looking.begun
    expect([await holds(), await told()]).toEqual([['approved'], 7])
  })

  it('and another one something else at once: one is heard', async () => {
    await link(12)
    await leave(uids(1, 7))
    await look()
    const other = await db.transaction(async (tx) => {
      await decide('approve', tx)
      const said = Promise.allSettled([decide('deny')])
      await somebodyWaits({ db })
      return { said }
    })
    expect(await other.said).toMatchObject([{ status: 'rejected', reason: { reason: 'HOLD_ENDED' } }])
    expect(await holds()).toEqual(['approved'])
    expect(
      await rows(db, `select 1 from audit_entry where event in ('hold.approved', 'hold.denied')`),
    ).toHaveLength(1)
  })
})

it('is a job of the worker: removed from the directory, told by mail where Discord takes nothing', async (t) => {
  const world = await createWorld({}, t)
  const mailSink = await startTestMailSink(t)
  await world.worker(
    {},
    {
      SMTP_URL: mailSink.url,
      // Long enough for the mirror to be believed on a busy machine.
      SYNC_INTERVAL_S: '5',
      RECONCILE_INTERVAL_S: '1',
      ALERT_MAIL_TO: 'ops@example.org',
    },
  )
  await world.mirrored()
  const memberId = await world.memberId('bob')
  await rows(
    world.db,
    `insert into discord_link (id, discord_user_id, member_id) values (:id, '600000000000000001', :memberId)`,
    { id: newId(), memberId },
  )
  await world.directory.ldapmodify(`dn: ${world.directory.personDn('bob')}\nchangetype: delete\n`)
  await waitUntil('bob is told', async () => {
    const [told] = await rows(world.db, `select 1 from notice where kind = 'link.leaving'`)
    return told ?? null
  })
  // Discord is not there in this test: what becomes of the message is the outbox's business.
  await rows(world.db, `update notice set created_at = now() - interval '4 days', due_at = now()`)
  const mail = await mailSink.waitForMail((one) => one.to.includes('bob@example.org'))
  expect(mail.text).toContain('no longer in the directory')
  // In this order: who was told before they left is told again.
  await rows(world.db, `update member set gone_at = gone_at - interval '8 days' where uid = 'bob'`)
  await rows(world.db, `update discord_link set leaving_told_at = leaving_told_at - interval '8 days'`)
  await waitUntil('the link has ended', async () => {
    const [ended] = await rows(world.db, `select 1 from discord_link where unlink_reason = 'gone'`)
    return ended ?? null
  })
})
