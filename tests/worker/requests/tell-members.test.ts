import { beforeEach, describe, expect, it } from 'vitest'
import type { DiscordStandIn } from '../../../sandbox/discord/stand-in.ts'
import type { Mail, MailSink } from '../../../sandbox/servers/mail-sink.ts'
import type { NotificationKind } from '../../../domain/contracts/notification.ts'
import { cancelChange } from '../../../domain/store/changes/cancel-change.ts'
import { rows } from '../../../domain/store/database.ts'
import { approveChange, denyChange } from '../../../domain/store/changes/decide-change.ts'
import { markTold } from '../../../domain/store/changes/mark-told.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { recordDrift } from '../../../domain/store/mirror/record-drift.ts'
import { untoldChange } from '../../../domain/store/changes/read-news.ts'
import { revertDrift } from '../../../domain/store/mirror/revert-drift.ts'
import { tellMembers } from '../../../domain/store/changes/tell-members.ts'
import { wordNews } from '../../../texts/news.ts'
import { sweep } from '../../../worker/jobs/sweep.ts'
import { fullRead } from '../../../worker/sync/full-read.ts'
import type { Worker } from '../../../worker/start-worker.ts'
import { discordNames, startTestDiscord } from '../../_support/discord.ts'
import { startTestMailSink } from '../../_support/servers.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'
import { addMember, removeMember } from '../sync/_mirror.ts'
import { linkTo } from '../links/_linked.ts'

const { token } = discordNames

let world: World
let discord: DiscordStandIn
let mail: MailSink
let worker: Worker

const environment = () => ({
  DISCORD_TOKEN: token,
  DISCORD_API_URL: discord.url,
  SMTP_URL: mail.url,
  SYNC_INTERVAL_S: '86400',
})

beforeEach(async (t) => {
  ;[world, mail] = await Promise.all([createWorld({}, t), startTestMailSink(t)])
  discord = await startTestDiscord({}, t)
  worker = await world.worker({ followsDirectory: false }, environment())
  await world.mirrored()
})

const link = (uid: string, locale?: string) => linkTo({ world, discord }, uid, locale)

/** As far as the database knows, a minute goes by. */
const aMinuteLater = () =>
  rows(
    world.db,
    `with d as (update drift set at = at - interval '61 seconds')
     update change set ended_at = ended_at - interval '61 seconds' where ended_at is not null and told_at is null`,
  )

/** The clock of the sweeps strikes now. */
const strike = () => sweep(worker.context)

const told = (account: string) => discord.dmsOf(account).map(({ content }) => content)
/** The first that they were told directly, or a later one. */
async function oneMessage(account: string, at = 0): Promise<string> {
  await strike()
  return waitUntil(`${account} was told`, async () => told(account)[at] ?? null)
}
async function mailTo(uid: string): Promise<Mail> {
  await strike()
  return mail.waitForMail(({ to }) => to.includes(`${uid}@example.org`))
}

/** Waits until everything that ended was looked at. */
async function allLookedAt(): Promise<void> {
  await strike()
  await waitUntil('all news were looked at', async () => {
    const left = await rows(
      world.db,
      `select 1 from change where ended_at < now() - interval '60 seconds' and told_at is null and (via = 'discord' or requested_by <> member_id)
       union all select 1 from drift_member where untold
       union all select 1 from notice where state = 'queued' union all select 1 from mail where state = 'queued'`,
    )
    return left.length === 0 ? true : null
  })
}

const mute = (uid: string, ...kinds: NotificationKind[]) =>
  rows(world.db, 'update member set muted = :kinds::text[] where uid = :uid', { uid, kinds })

/** Ada, an admin, says so. */
const byAda = async (uid: string, action: 'subscribe' | 'unsubscribe', list: string) => {
  const limits = { removalLimit: { percent: 100, count: 100 } }
  return world.ended((await world.request(uid, action, list, { uid: 'ada', via: 'api', ...limits })).id)
}

/** Asks to join a list that takes members by approval. */
async function asks(uid: string, list = 'news', via: 'api' | 'discord' = 'api'): Promise<string> {
  await rows(world.db, `update list set join_policy = 'approval' where name = :list`, { list })
  const { id, state } = await world.request(uid, 'subscribe', list, { via })
  expect(state).toBe('awaiting_approval')
  return id ?? ''
}

const by = async (uid: string) =>
  ({ memberId: await world.memberId(uid), via: 'api', requestId: null }) as const
const approve = async (changeId: string, uid = 'ada') => {
  const decider = await by(uid)
  await world.db.transaction((tx) => approveChange(tx, { changeId, ...decider }))
  await world.ended(changeId)
}
const deny = async (changeId: string, reason: string | null, uid = 'ada') => {
  const decider = await by(uid)
  await world.db.transaction((tx) => denyChange(tx, { changeId, reason, ...decider }))
}
const fail = (changeId: string) =>
  rows(
    world.db,
    `update change set state = 'failed', ended_at = now(), reason_code = 'DIRECTORY_REFUSED', reason_message = 'No.' where id = :changeId`,
    { changeId },
  )

const read = () => waitUntil('it was read', async () => fullRead(worker.context, { mode: 'incremental' }))

const joinPolicy = (list: string, join: string) =>
  rows(world.db, 'update list set join_policy = :join where name = :list', { list, join })

const idOf = async (sql: string, bindings: Record<string, unknown> = {}): Promise<string> =>
  (await rows<{ id: string }>(world.db, sql, bindings))[0]?.id ?? ''
/** Ada has the last drift undone; gives the change that is to do it. */
async function beginRevert(): Promise<string> {
  const admin = await by('ada')
  const limits = { removalLimit: { percent: 100, count: 100 }, mirrorMaxAgeS: 360 }
  const driftId = await idOf('select id from drift order by at desc limit 1')
  const { changes } = await world.db.transaction((tx) => revertDrift(tx, { driftId, ...admin, ...limits }))
  return changes[0]?.id ?? ''
}
const revert = async () => world.ended(await beginRevert())

/** Another tool puts so many people on a list. */
async function moved(list: string, many: number): Promise<void> {
  const people = await rows<{ id: string }>(
    world.db,
    `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name, mails, placed)
     select gen_random_uuid(), :list || n, 'v', '', '', :list || n, 'N', array[:list || n || '@example.org'], true
     from generate_series(1, :many::integer) n returning id`,
    { list, many },
  )
  const id = await idOf('select id from list where name = :list', { list })
  await world.db.transaction((tx) =>
    recordDrift(
      tx,
      { joined: people.map((person) => ({ listId: id, memberId: person.id })), parted: [] },
      { lists: [{ id, before: 'a', after: 'b' }], runId: null },
    ),
  )
}
const driftsWere = (interval: string) => rows(world.db, `update drift set at = at - interval '${interval}'`)

describe('somebody else puts a member on a list or takes them off', () => {
  it('is told by direct message, with how to undo it, and names nobody', async () => {
    const alice = await link('alice')
    await byAda('alice', 'subscribe', 'choir')
    await tellMembers(world.db, wordNews)
    expect(await rows(world.db, 'select 1 from notice')).toEqual([])
    await aMinuteLater()
    expect((await oneMessage(alice)).split('\n')).toEqual([
      '📥 An admin or owner put you on **choir**.',
      'Don’t want to be there? `/unsubscribe` takes you off again.',
      '-# To hear less of this: `/notify`',
    ])
    await byAda('alice', 'unsubscribe', 'choir')
    await aMinuteLater()
    expect(await oneMessage(alice, 1)).toContain(
      '📤 An admin or owner took you off **choir**.\nIsn’t that right? `/subscribe`',
    )
    expect(told(alice).join('\n')).not.toMatch(/ada/i)
  })

  it('on more lists than a message has room for is told of all of them, in a file beside it', async () => {
    const alice = await link('alice')
    const lists = await rows<{ id: string; name: string }>(
      world.db,
      `insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane)
       select gen_random_uuid(), 'made ' || n, '1', 'x', 'a-list-with-a-rather-long-name-' || n, 'a-list-with-a-rather-long-name-' || n, 'open', 0
       from generate_series(1, 60) n returning id, name`,
    )
    const memberId = await world.memberId('alice')
    const joined = lists.map(({ id }) => ({ listId: id, memberId }))
    const moves = lists.map(({ id }) => ({ id, before: 'a', after: 'b' }))
    await world.db.transaction((tx) => recordDrift(tx, { joined, parted: [] }, { lists: moves, runId: null }))
    await driftsWere('61 seconds')
    expect(await oneMessage(alice)).toMatch(/… and \d+ more, in the file below\. `\/subscriptions`/)
    const [file, ...more] = discord.dmsOf(alice).flatMap(({ attachments }) => attachments)
    expect(more).toEqual([])
    const text = await (await fetch(file?.url ?? '')).text()
    expect(lists.filter(({ name }) => !text.includes(`on ${name},`))).toEqual([])
  })

  it('is told whom to ask where they would not find the list again', async () => {
    const alice = await link('alice')
    await rows(world.db, `update list set hidden = true where name = 'choir'`)
    await byAda('alice', 'subscribe', 'choir')
    await aMinuteLater()
    await oneMessage(alice)
    await byAda('alice', 'unsubscribe', 'choir')
    await aMinuteLater()
    expect(await oneMessage(alice, 1)).toContain('Who is on **choir** is up to its owners')
    expect(told(alice).join('\n')).not.toContain('/subscribe')
  })

  it('is told in their language, by mail where direct messages are closed', async () => {
    const kenji = await link('kenji', 'zh-TW')
    discord.closeDms(kenji)
    await joinPolicy('choir', 'closed')
    await byAda('kenji', 'subscribe', 'choir')
    await byAda('kenji', 'subscribe', 'alumni')
    await aMinuteLater()
    const sent = await mailTo('kenji')
    expect(sent.subject).toContain('你的清單有新消息')
    for (const list of ['choir', 'alumni']) expect(sent.text).toContain(`管理員或負責人把你加入了 ${list}。`)
    expect(told(kenji)).toEqual([])
  })

  it('is told by mail to who has no account linked, with what they need to undo it', async () => {
    await byAda('bob', 'subscribe', 'choir')
    await aMinuteLater()
    const { subject, text } = await mailTo('bob')
    expect(subject).toContain('An admin or owner put you on choir.')
    expect(text).toContain('In Discord, /link once, then /unsubscribe takes you off again')
    expect(text).toContain('/notify')
  })

  it('is told in one message, and what was taken back is not told', async () => {
    const alice = await link('alice')
    await byAda('alice', 'subscribe', 'choir')
    await byAda('alice', 'subscribe', 'alumni')
    await byAda('alice', 'subscribe', 'robotics')
    await byAda('alice', 'unsubscribe', 'robotics')
    await aMinuteLater()
    const lines = (await oneMessage(alice)).split('\n')
    await allLookedAt()
    expect(told(alice)).toHaveLength(1)
    expect(lines.slice(0, 4)).toEqual([
      '📬 **News about your lists**',
      '📥 An admin or owner put you on **choir**.',
      '📥 An admin or owner put you on **alumni**.',
      'Don’t want to be there? `/unsubscribe` takes you off again.',
    ])
  })

  it('is not told when the member said something about it themselves since', async () => {
    const alice = await link('alice')
    await byAda('alice', 'subscribe', 'choir')
    await world.ended((await world.request('alice', 'unsubscribe', 'choir')).id)
    await aMinuteLater()
    await allLookedAt()
    expect(told(alice)).toEqual([])
  })

  it('is not told when the member said something about it themselves while a worker had it in hand', async () => {
    const alice = await link('alice')
    await rows(
      world.db,
      `update list set lease_token = gen_random_uuid(), lease_until = now() + interval '1 hour' where name = 'choir'`,
    )
    const put = await world.request('alice', 'subscribe', 'choir', { uid: 'ada', via: 'api' })
    await rows(world.db, `update change set state = 'applying' where id = :id`, { id: put.id })
    const left = await world.request('alice', 'unsubscribe', 'choir')
    // Whoever had it is gone: the worker does both, one after the other.
    await rows(world.db, `update list set lease_until = now() - interval '1 second' where name = 'choir'`)
    await strike()
    for (const { id } of [put, left]) expect(await world.ended(id)).toMatchObject({ state: 'applied' })
    await rows(
      world.db,
      `update change set created_at = created_at - interval '61 seconds', ended_at = ended_at - interval '61 seconds'`,
    )
    await allLookedAt()
    expect(told(alice)).toEqual([])
  })

  it.each(['deleting', 'gone'])('is not told about a list that is %s by now', async (state) => {
    const alice = await link('alice')
    await byAda('alice', 'subscribe', 'choir')
    await byAda('alice', 'subscribe', 'alumni')
    await addMember(world, 'robotics', 'alice')
    await read()
    await aMinuteLater()
    await rows(
      world.db,
      `update list set state = :state, gone_at = case when :state = 'gone' then now() end, entry_due_at = now() + interval '1 hour'
       where name in ('choir', 'robotics')`,
      { state },
    )
    expect(await oneMessage(alice)).toMatch(/^📥 An admin or owner put you on \*\*alumni\*\*/)
    await allLookedAt()
    expect(told(alice).join('\n')).not.toMatch(/choir|robotics/)
  })

  it('is told although the bot has shown it to the admin', async () => {
    const alice = await link('alice')
    const { id } = await world.request('alice', 'subscribe', 'choir', { uid: 'ada', via: 'discord' })
    await world.ended(id)
    const memberId = await world.memberId('ada')
    await world.db.transaction((tx) => markTold(tx, { changeId: id ?? '', memberId, requestId: null }))
    await aMinuteLater()
    expect(await oneMessage(alice)).toContain('An admin or owner put you on **choir**')
  })

  it('is not told to who does not want it', async () => {
    const alice = await link('alice')
    await mute('alice', 'added-or-removed')
    await byAda('alice', 'subscribe', 'choir')
    await aMinuteLater()
    await allLookedAt()
    expect([told(alice), mail.messages]).toEqual([[], []])
  })

  it('is not told when it did not come about, nor while it is only observed', async () => {
    await worker.stop()
    worker = await world.worker({ followsDirectory: false, observeOnly: true }, environment())
    const alice = await link('alice')
    const failed = await world.request('alice', 'subscribe', 'alumni', { uid: 'ada', via: 'discord' })
    const observed = await world.request('alice', 'subscribe', 'choir', { uid: 'ada', via: 'discord' })
    await waitUntil('both were observed', async () =>
      (await world.change(failed.id)).wouldWrite !== undefined &&
      (await world.change(observed.id)).wouldWrite !== undefined
        ? true
        : null,
    )
    await fail(failed.id ?? '')
    await aMinuteLater()
    expect(await tellMembers(world.db, wordNews)).toBe(0)
    expect(told(alice)).toEqual([])
  })
})

describe('a request', () => {
  it('that was approved is told once it is done', async () => {
    const alice = await link('alice')
    await approve(await asks('alice', 'choir'))
    await aMinuteLater()
    expect(await oneMessage(alice)).toMatch(
      /^✅ Your request to join \*\*choir\*\* was approved: you’re on it now/,
    )
  })

  it('that was denied is told, with the reason', async () => {
    const alice = await link('alice')
    await deny(await asks('alice', 'choir'), 'Ask in May')
    await aMinuteLater()
    expect(await oneMessage(alice)).toContain(
      'was not approved. If you think that’s a mistake, ask its owners or your admins.\n-# The reason given: Ask in May',
    )
  })

  it('that failed is told, also when it came by the API', async () => {
    const alice = await link('alice')
    await fail(await asks('alice', 'choir'))
    await aMinuteLater()
    expect(await oneMessage(alice)).toContain('The directory refused to change **choir**')
  })

  it('that came by the API and is done, was taken back, or was decided by themselves is not told', async () => {
    const alice = await link('alice')
    await world.ended((await world.request('alice', 'subscribe', 'events')).id)
    await approve(await asks('alice', 'choir'), 'alice')
    await deny(await asks('alice', 'alumni'), null, 'alice')
    const withdrawn = await asks('alice', 'hiking')
    const origin = await by('alice')
    await world.db.transaction((tx) => cancelChange(tx, { changeId: withdrawn, ...origin }))
    await aMinuteLater()
    expect(await tellMembers(world.db, wordNews)).toBe(0)
    expect(told(alice)).toEqual([])
  })

  it.each([
    ['decided', (id: string) => approve(id)],
    ['decided', (id: string) => deny(id, null)],
    ['failed', (id: string) => fail(id)],
  ] as const)('that was %s is not told to who does not want it', async (kind, end) => {
    const alice = await link('alice')
    await mute('alice', kind)
    const id = await asks('alice', 'choir')
    await end(id)
    await aMinuteLater()
    await strike()
    await waitUntil('it was looked at', async () => {
      const found = await rows(world.db, 'select 1 from change where id = :id and told_at is not null', {
        id,
      })
      return found.length === 1 ? true : null
    })
    expect(await rows(world.db, 'select 1 from notice union all select 1 from mail')).toEqual([])
    expect(told(alice)).toEqual([])
  })

  it('from Discord whose answer was shown is not told again; one that was not is, whatever is switched off', async () => {
    const alice = await link('alice')
    await mute('alice', 'added-or-removed', 'decided', 'failed')
    const shown = await world.request('alice', 'subscribe', 'choir', { via: 'discord' })
    const unseen = await world.request('alice', 'subscribe', 'alumni', { via: 'discord' })
    for (const { id } of [shown, unseen]) await world.ended(id)
    const memberId = await world.memberId('alice')
    await world.db.transaction((tx) => markTold(tx, { changeId: shown.id ?? '', memberId, requestId: null }))
    await aMinuteLater()
    expect(await oneMessage(alice)).toMatch(/^✅ You’re on \*\*alumni\*\* now\.\n-# .*$/)
    await allLookedAt()
    expect(told(alice)).toHaveLength(1)
  })
})

describe('what another tool does in the directory', () => {
  it('is told once, to each', async () => {
    const [ada, carol] = [await link('ada'), await link('carol')]
    await addMember(world, 'news', 'ada')
    await removeMember(world, 'news', 'carol')
    await read()
    await aMinuteLater()
    expect(await oneMessage(ada)).toContain('You were put on **news**, in the directory by another tool.')
    expect(await oneMessage(carol)).toContain(
      'You were taken off **news**, in the directory by another tool.',
    )
    await allLookedAt()
    await read()
    await aMinuteLater()
    expect(await tellMembers(world.db, wordNews)).toBe(0)
    expect([told(ada), told(carol)].map((one) => one.length)).toEqual([1, 1])
  })

  it('is not the first read, nor what was asked for here', async () => {
    const grace = await link('grace')
    await world.ended((await world.request('grace', 'subscribe', 'news')).id)
    await read()
    await aMinuteLater()
    expect(await rows(world.db, 'select 1 from drift_member where untold')).toEqual([])
    expect(await tellMembers(world.db, wordNews)).toBe(0)
    expect(told(grace)).toEqual([])
  })

  it('is not told when it was undone before', async () => {
    const bob = await link('bob')
    await addMember(world, 'news', 'bob')
    await read()
    await revert()
    await aMinuteLater()
    await allLookedAt()
    expect(told(bob)).toEqual([])
  })

  it('waits while it is being undone, and is told when that failed', async () => {
    const bob = await link('bob')
    await addMember(world, 'news', 'bob')
    await read()
    await rows(
      world.db,
      `update list set lease_token = gen_random_uuid(), lease_until = now() + interval '1 hour'`,
    )
    const change = await beginRevert()
    await aMinuteLater()
    expect(await tellMembers(world.db, wordNews)).toBe(0)
    await fail(change)
    expect(await oneMessage(bob)).toContain('You were put on **news**, in the directory by another tool.')
  })

  it('is told by what undid it when it was told already', async () => {
    const bob = await link('bob')
    await addMember(world, 'news', 'bob')
    await read()
    await aMinuteLater()
    await oneMessage(bob)
    await revert()
    await aMinuteLater()
    expect(await oneMessage(bob, 1)).toContain('An admin or owner took you off **news**')
  })

  it('is told to a hundred people, and not one by one to more', async () => {
    await moved('news', 100)
    await moved('choir', 101)
    await driftsWere('2 minutes')
    await strike()
    await waitUntil('all were told', async () => (mail.messages.length >= 100 ? true : null))
    await allLookedAt()
    expect(mail.messages).toHaveLength(100)
    expect(mail.messages.filter(({ subject }) => !subject.includes('news'))).toEqual([])
  })

  it('is not told of a list that members don’t see', async () => {
    await rows(world.db, `update list set hidden = true where name = 'choir'`)
    await moved('choir', 1)
    await driftsWere('2 minutes')
    expect(await tellMembers(world.db, wordNews)).toBe(0)
    expect(await rows(world.db, 'select 1 from mail')).toEqual([])
  })

  it('is not told a day later', async () => {
    await worker.stop()
    await moved('news', 1)
    await driftsWere('25 hours')
    expect(await tellMembers(world.db, wordNews)).toBe(0)
    expect(await rows(world.db, 'select 1 from mail')).toEqual([])
  })

  it('is not told while we only observe', async () => {
    await worker.stop()
    await moved('news', 1)
    await driftsWere('2 minutes')
    expect(await tellMembers(world.db, wordNews, { observeOnly: true })).toBe(0)
    expect(await tellMembers(world.db, wordNews)).toBe(0)
    expect(await rows(world.db, 'select 1 from mail')).toEqual([])
  })
})

it('tells everybody once, however many workers tell at the same time', async () => {
  await world.worker({ followsDirectory: false }, environment())
  const uids = (
    await rows<{ uid: string }>(world.db, `select uid from member where state = 'present' order by uid`)
  ).map(({ uid }) => uid)
  for (const list of ['a', 'b', 'c'])
    await rows(
      world.db,
      `with made as (
         insert into list (id, dn, name, display_name, join_policy, lane, entry_uuid, version)
         values (:id, :list, :list, :list, 'open', 0, :list, 'a') returning id)
       insert into change (id, list_id, member_id, action, state, requested_by, via, proof_version, proof_how, ended_at)
       select gen_random_uuid(), made.id, m.id, 'subscribe', 'applied', a.id, 'api', 'v', 'modified', now() - interval '2 minutes'
       from made, member m, member a where a.uid = 'ada' and m.uid <> 'ada' and m.state = 'present'`,
      { id: newId(), list },
    )
  await Promise.all(Array.from({ length: 4 }, () => tellMembers(world.db, wordNews)))
  await allLookedAt()
  expect(mail.messages).toHaveLength(uids.length - 1)
  const sent = await rows<{ text: string; count: number }>(
    world.db,
    'select min(text_body) as text, count(*)::integer as count from mail group by member_id',
  )
  expect(sent).toHaveLength(uids.length - 1)
  expect(
    sent.filter(
      ({ count, text }) => count !== 1 || text.match(/An admin or owner put you on/g)?.length !== 3,
    ),
  ).toEqual([])
})

it('finds what is untold without looking at every change there was', async () => {
  const plan = await world.db.transaction(async (tx) => {
    await tx.raw('set local enable_seqscan = off')
    const answer = await tx.raw<{ rows: object[] }>(
      `explain select c.member_id from change c where ${untoldChange} and c.ended_at < now() - interval '60 seconds'`,
    )
    return JSON.stringify(answer.rows)
  })
  expect(plan).toContain('using change_untold')
})
