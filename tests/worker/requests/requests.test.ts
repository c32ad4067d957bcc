import { expect, it, type TestContext } from 'vitest'
import type { Incident, IncidentAction } from '../../../domain/contracts/incident.ts'
import { cancelChange } from '../../../domain/store/changes/cancel-change.ts'
import { approveChange, denyChange } from '../../../domain/store/changes/decide-change.ts'
import { byDirectory, endOpenChanges, listGone } from '../../../domain/store/changes/end-open-changes.ts'
import { decideIncident } from '../../../domain/store/incidents/decide-incident.ts'
import { rows } from '../../../domain/store/database.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { raiseAlert } from '../../../domain/store/incidents/raise-alert.ts'
import { sweep } from '../../../worker/jobs/sweep.ts'
import { tellOfRequests } from '../../../worker/requests/tell-of-requests.ts'
import { startTestMailSink } from '../../_support/servers.ts'
import { somebodyWaits, createWorld, testLog, waitUntil, type World } from '../../_support/world.ts'

type Told = Pick<Incident, 'id' | 'state' | 'outcome' | 'count' | 'revision' | 'actions'> & {
  words: { content: string; text: string }
}

/** Lists that somebody has to ask for, and a worker that does nothing by the clock while a test lasts. */
async function asked(t: TestContext, environment: Record<string, string> = {}) {
  const world = await createWorld({}, t)
  await rows(world.db, `update installation set locale = 'en'`)
  const worker = await world.worker({}, { SWEEP_INTERVAL_S: '3600', ...environment })
  await world.mirrored()
  await rows(world.db, `update list set join_policy = 'approval'`)
  return { ...world, sweep: () => sweep(worker.context) }
}

/** The same without a worker: it is told when a test says so. */
async function unattended(t: TestContext) {
  const world = await createWorld({}, t)
  const worker = await world.worker({}, { SWEEP_INTERVAL_S: '3600' })
  await world.mirrored()
  await worker.stop()
  await rows(world.db, `update list set join_policy = 'approval'`)
  const alertTo = { channelId: null, mailTo: null }
  return {
    world,
    tell: () => tellOfRequests({ db: world.db, log: testLog, alertTo, siteTimeZone: 'UTC' }),
  }
}

const incidents = ({ db }: World) =>
  rows<Told>(
    db,
    `select id, state, outcome, count, revision, actions, words from incident where kind = 'requests-waiting' order by began_at, id`,
  )
async function onlyOne(world: World): Promise<Told> {
  const [one, ...others] = await incidents(world)
  if (one === undefined || others.length > 0) throw new Error('there is not exactly one incident')
  return one
}
const told = (world: World, fits: (one: Told) => boolean) =>
  waitUntil('admins read of it', async () => (await incidents(world)).find(fits) ?? null)
const isOpen = (content: string | RegExp) => (one: Told) =>
  one.state === 'open' && one.words.content.match(content) !== null

async function decide(world: World, { id, revision }: Told, action: IncidentAction) {
  const memberId = await world.memberId('ada')
  return world.db.transaction((tx) =>
    decideIncident(tx, {
      incidentId: id,
      action,
      revision,
      memberId,
      via: 'discord',
      requestId: null,
      removalLimit: { count: 5, percent: 20 },
      mirrorMaxAgeS: 360,
    }),
  )
}
const by = (memberId: string) => ({ memberId, via: 'web' as const, requestId: null })

it('who asks to join is told to admins; their yes puts that person on the list', async (t) => {
  const world = await asked(t)
  const { id } = await world.request('heidi', 'subscribe', 'chess')
  const one = await told(world, isOpen('heidi'))
  expect(one.actions).toEqual(['approve', 'deny'])
  expect(one.words.content).toMatch(
    /^🙋 \*\*Somebody asks to join chess\*\*\nheidi asked to be put on chess \(<t:\d+:R>\)\.\nApprove/,
  )
  await decide(world, one, 'approve')
  expect(await world.ended(id)).toMatchObject({ state: 'applied' })
  expect(await world.directory.membersOf('chess')).toContain(world.directory.memberValue('heidi'))
  expect(await incidents(world)).toMatchObject([{ state: 'resolved', outcome: 'approved', count: 1 }])
})

it('several of a list are one message, and a no is for all of them', async (t) => {
  const world = await asked(t)
  const first = await world.request('heidi', 'subscribe', 'chess')
  const before = await told(world, isOpen('heidi'))
  const second = await world.request('ivan', 'subscribe', 'chess')
  const both = await told(world, isOpen('2 people ask to join chess'))
  expect(both.words.content).toMatch(/: heidi, ivan\.\n/)
  expect(both).toMatchObject({ id: before.id, revision: 2 })
  await expect(decide(world, before, 'deny')).rejects.toMatchObject({ reason: 'INCIDENT_CHANGED' })
  await decide(world, both, 'deny')
  for (const { id } of [first, second])
    expect(await world.ended(id)).toMatchObject({ state: 'cancelled', reason: { code: 'DENIED' } })
  expect(await incidents(world)).toMatchObject([{ state: 'resolved', outcome: 'denied' }])
})

it('where a channel is set, later askers are in its message too, which is edited', async (t) => {
  const { world } = await unattended(t)
  const alertTo = { channelId: '400000000000000001', mailTo: null }
  const tell = () => tellOfRequests({ db: world.db, log: testLog, alertTo, siteTimeZone: 'UTC' })
  const messages = () =>
    rows<{ state: string; revision: number }>(
      world.db,
      'select notice.state, incident.revision from notice join incident on incident.id = notice.incident_id',
    )
  await world.request('heidi', 'subscribe', 'chess')
  await tell()
  expect(await messages()).toEqual([{ state: 'queued', revision: 1 }])
  await rows(world.db, `update notice set state = 'sent', sent_revision = 1, ended_at = now()`)
  await world.request('ivan', 'subscribe', 'chess')
  await tell()
  expect((await onlyOne(world)).words.content).toMatch(/2 people ask to join chess.*\n.*: heidi, ivan\./)
  expect(await messages()).toEqual([{ state: 'queued', revision: 2 }])
})

it('who asks while an admin decides is not decided on, and is told of anew', async (t) => {
  const { world, tell } = await unattended(t)
  const first = await world.request('heidi', 'subscribe', 'chess')
  await tell()
  const shown = await onlyOne(world)
  const second = await world.request('ivan', 'subscribe', 'chess')
  await decide(world, shown, 'approve')
  expect(await world.change(first.id)).toMatchObject({ state: 'queued' })
  expect(await world.change(second.id)).toMatchObject({ state: 'awaiting_approval' })
  await tell()
  expect(await incidents(world)).toMatchObject([
    { state: 'resolved', outcome: 'approved' },
    { state: 'open', words: { content: expect.stringContaining('ivan asked') } },
  ])
})

it('who takes it back, or is let in alone, is not in the message any more; with nobody left it is over', async (t) => {
  const world = await asked(t)
  const [first, second, third] = [
    await world.request('heidi', 'subscribe', 'chess'),
    await world.request('ivan', 'subscribe', 'chess'),
    await world.request('judy', 'subscribe', 'chess'),
  ]
  await told(world, isOpen('3 people'))
  const heidi = await world.memberId('heidi')
  await world.db.transaction((tx) => cancelChange(tx, { changeId: first?.id ?? '', ...by(heidi) }))
  await told(world, isOpen(/2 people.*\n.*: ivan, judy\./))
  const ada = await world.memberId('ada')
  await world.db.transaction((tx) => approveChange(tx, { changeId: second?.id ?? '', ...by(ada) }))
  await told(world, isOpen('judy asked'))
  // Changes her mind instead of taking it back.
  await world.request('judy', 'unsubscribe', 'chess')
  await told(world, ({ state, outcome }) => state === 'resolved' && outcome === 'over')
  expect(await world.change(third?.id ?? null)).toMatchObject({ state: 'superseded' })
})

it('who joins a message while another worker looks is told of once, in that message', async (t) => {
  const { world, tell } = await unattended(t)
  const first = await world.request('heidi', 'subscribe', 'chess')
  await tell()
  const second = await world.request('ivan', 'subscribe', 'chess')
  const joining = world.db.transaction(async (tx) => {
    await rows(tx, `update incident set request_ids = request_ids || :id::uuid`, { id: second.id })
    const heidi = await world.memberId('heidi')
    await world.db.transaction((other) => cancelChange(other, { changeId: first.id ?? '', ...by(heidi) }))
    const looking = tell()
    await somebodyWaits(world)
    return { looking }
  })
  await (
    await joining
  ).looking
  await tell()
  expect(await incidents(world)).toMatchObject([
    { state: 'open', words: { content: expect.stringContaining('ivan asked') } },
  ])
})

it('a look that began before somebody asked neither takes them out of the message nor ends it', async (t) => {
  const { world, tell } = await unattended(t)
  /** Whoever asks while one worker looks is put into the message by another one. */
  const asksDuringALook = async (uid: string) => {
    const { id, looking } = await world.db.transaction(async (tx) => {
      await rows(tx, 'lock table incident in access exclusive mode')
      const begun = tell()
      await somebodyWaits(world)
      const asked = await world.request(uid, 'subscribe', 'chess')
      await rows(tx, `update incident set request_ids = request_ids || :id::uuid where state <> 'resolved'`, {
        id: asked.id,
      })
      return { id: asked.id, looking: begun }
    })
    await looking
    return id ?? ''
  }
  const takeBack = async (uid: string, changeId: string) => {
    const memberId = await world.memberId(uid)
    await world.db.transaction((tx) => cancelChange(tx, { changeId, ...by(memberId) }))
  }
  const heidi = await world.request('heidi', 'subscribe', 'chess')
  await tell()
  const ivan = await asksDuringALook('ivan')
  const [message] = await rows<{ ids: string[] }>(world.db, 'select request_ids as ids from incident')
  expect(message?.ids).toEqual([heidi.id, ivan])
  await takeBack('heidi', heidi.id ?? '')
  await takeBack('ivan', ivan)
  await asksDuringALook('judy')
  await tell()
  expect(await incidents(world)).toMatchObject([
    { state: 'open', words: { content: expect.stringContaining('judy asked') } },
  ])
})

it('a decision that comes too late says so, and changes nothing', async (t) => {
  const { world, tell } = await unattended(t)
  const { id } = await world.request('heidi', 'subscribe', 'chess')
  await Promise.all([1, 2, 3, 4].map(() => tell()))
  const shown = await onlyOne(world)
  expect(shown).toMatchObject({ count: 1, revision: 1 })
  const heidi = await world.memberId('heidi')
  await world.db.transaction((tx) => cancelChange(tx, { changeId: id ?? '', ...by(heidi) }))
  await expect(decide(world, shown, 'approve')).rejects.toMatchObject({ reason: 'NOBODY_WAITS' })
  expect(await world.change(id)).toMatchObject({ state: 'cancelled' })
})

it('a list that is gone, or a person, waits for nobody', async (t) => {
  const world = await asked(t)
  await world.request('heidi', 'subscribe', 'chess')
  await world.request('ivan', 'subscribe', 'newcomers')
  await waitUntil('both are told', async () => ((await incidents(world)).length === 2 ? true : null))
  await rows(world.db, `update list set state = 'gone', gone_at = now() where name = 'chess'`)
  await rows(world.db, `update member set state = 'gone', gone_at = now() where uid = 'ivan'`)
  await world.sweep()
  expect((await incidents(world)).map(({ state }) => state)).toEqual(['resolved', 'resolved'])
})

it('what waits for the removal limit has a message of its own, and none here', async (t) => {
  const world = await asked(t, { REMOVAL_LIMIT_COUNT: '1', REMOVAL_LIMIT_PERCENT: '1' })
  const on = await rows<{ uid: string }>(
    world.db,
    `select m.uid from membership s join member m on m.id = s.member_id join list l on l.id = s.list_id where l.name = 'news' limit 2`,
  )
  for (const { uid } of on)
    await world.request(uid, 'unsubscribe', 'news', { uid: 'ada', removalLimit: { count: 1, percent: 1 } })
  await world.sweep()
  expect(await incidents(world)).toEqual([])
})

it('what was asked while nobody listened is found by a sweep', async (t) => {
  const world = await asked(t)
  await rows(
    world.db,
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'guildpost-listen' and datname = current_database()`,
  )
  await rows(
    world.db,
    `insert into change (id, list_id, member_id, action, state, requested_by, via)
     select :id, l.id, m.id, 'subscribe', 'awaiting_approval', m.id, 'api' from list l, member m where l.name = 'chess' and m.uid = 'heidi'`,
    { id: newId() },
  )
  expect(await incidents(world)).toEqual([])
  await world.sweep()
  expect(await incidents(world)).toMatchObject([{ words: { content: expect.stringContaining('heidi') } }])
})

it('who asks once an admin looks after the others, or much later, is told of in a message of their own', async (t) => {
  const world = await asked(t)
  await world.request('heidi', 'subscribe', 'chess')
  const first = await told(world, isOpen('heidi'))
  await decide(world, first, 'acknowledge')
  await world.request('ivan', 'subscribe', 'chess')
  const second = await told(world, isOpen('ivan asked'))
  await rows(world.db, `update incident set began_at = began_at - interval '11 minutes'`)
  const late = await world.request('judy', 'subscribe', 'chess')
  const third = await told(world, isOpen('judy asked'))
  expect(await incidents(world)).toMatchObject([
    { id: first.id, state: 'acknowledged', revision: 2 },
    { id: second.id, state: 'open', revision: 1 },
    { id: third.id, state: 'open', revision: 1 },
  ])
  await decide(world, third, 'approve')
  expect(await world.ended(late.id)).toMatchObject({ state: 'applied' })
  expect((await incidents(world)).map(({ state }) => state)).toEqual(['acknowledged', 'open', 'resolved'])
})

it('one who is turned down alone is out of the message, and so are all of a list that ends', async (t) => {
  const world = await asked(t)
  const heidi = await world.request('heidi', 'subscribe', 'chess')
  await world.request('ivan', 'subscribe', 'chess')
  await told(world, isOpen('2 people'))
  const ada = await world.memberId('ada')
  await world.db.transaction((tx) => denyChange(tx, { changeId: heidi.id ?? '', reason: null, ...by(ada) }))
  await told(world, isOpen('ivan asked'))
  await world.db.transaction(async (tx) => {
    const [list] = await rows<{ id: string }>(
      tx,
      `update list set managed = false where name = 'chess' returning id`,
    )
    await endOpenChanges(tx, [list?.id ?? ''], { ...listGone, by: byDirectory })
  })
  await told(world, ({ state }) => state === 'resolved')
  expect(await incidents(world)).toMatchObject([{ outcome: 'over' }])
})

it('while somebody has the list, a decision waits before it takes any of the requests', async (t) => {
  const world = await asked(t)
  const { id } = await world.request('heidi', 'subscribe', 'chess')
  const shown = await told(world, isOpen('heidi'))
  const deciding = await world.db.transaction(async (tx) => {
    await rows(tx, `select 1 from list where name = 'chess' for no key update`)
    const waits = decide(world, shown, 'approve')
    await somebodyWaits(world)
    // Else the two would wait for each other.
    await rows(tx, 'select 1 from change where id = :id for update nowait', { id })
    return { waits }
  })
  await deciding.waits
  expect(await world.ended(id)).toMatchObject({ state: 'applied' })
})

it('the same words about others are another message to decide on', async (t) => {
  const world = await asked(t)
  const [heidi, ivan] = [newId(), newId()]
  const alert = {
    key: 'requests-waiting of a test',
    kind: 'requests-waiting' as const,
    actions: ['approve' as const],
    content: 'x',
    subject: 'x',
    text: 'x',
  }
  const on = { db: world.db, log: testLog, alertTo: { channelId: null, mailTo: null } }
  await raiseAlert(on, { ...alert, requestIds: [heidi] })
  await raiseAlert(on, { ...alert, requestIds: [heidi] })
  expect(await incidents(world)).toMatchObject([{ revision: 1, count: 1 }])
  await raiseAlert(on, { ...alert, requestIds: [ivan] })
  expect(await incidents(world)).toMatchObject([{ revision: 2, count: 1 }])
})

it('without a channel it comes by mail, each of them, in the time of SITE_TZ', async (t) => {
  const mail = await startTestMailSink(t)
  const world = await asked(t, {
    SITE_TZ: 'Asia/Taipei',
    SMTP_URL: mail.url,
    ALERT_MAIL_TO: 'ops@example.org',
  })
  await world.request('heidi', 'subscribe', 'chess')
  const { text } = await mail.waitForMail(({ subject }) => subject === 'Somebody asks to join chess')
  expect(text.replaceAll(/\s+/g, ' ')).toMatch(/heidi asked to be put on chess \(.* GMT\+8\)\. Approve puts/)
  await world.request('ivan', 'subscribe', 'chess')
  await mail.waitForMail((one) => one.text.includes('ivan asked'))
})
