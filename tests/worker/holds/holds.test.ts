import { expect, it } from 'vitest'
import { decideHold } from '../../../domain/store/holds/decide-hold.ts'
import { rows } from '../../../domain/store/database.ts'
import type { Incident } from '../../../domain/contracts/incident.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { decideIncident } from '../../../domain/store/incidents/decide-incident.ts'
import { readHoldFacts } from '../../../domain/store/holds/read-hold-facts.ts'
import { readIncidents } from '../../../domain/store/incidents/read-incidents.ts'
import { lookAtHolds } from '../../../worker/holds/look-at-holds.ts'
import { startTestMailSink } from '../../_support/servers.ts'
import { createWorld, testLog, waitUntil, type World } from '../../_support/world.ts'

type Told = Pick<Incident, 'kind' | 'state' | 'outcome' | 'count' | 'revision' | 'actions'> & {
  subjectId: string
  words: { content: string }
}
const incidents = (world: World) =>
  rows<Told>(
    world.db,
    `select kind, state, outcome, count, revision, actions, subject_id, words from incident
     where kind in ('removals-held', 'people-gone', 'lists-gone') order by began_at`,
  )
const incident = async (world: World, fits: (told: Told) => boolean) =>
  waitUntil('admins are told', async () => (await incidents(world)).find(fits) ?? null)

/** One of a list may go. */
const limit = { REMOVAL_LIMIT_COUNT: '1', REMOVAL_LIMIT_PERCENT: '1' }

async function remove(world: World, list: string, uids: readonly string[]) {
  const changes = []
  for (const uid of uids)
    changes.push(
      await world.request(uid, 'unsubscribe', list, { uid: 'ada', removalLimit: { count: 1, percent: 1 } }),
    )
  return changes
}
async function peopleOn(world: World, list: string): Promise<string[]> {
  const found = await rows<{ uid: string }>(
    world.db,
    `select m.uid from membership s join member m on m.id = s.member_id join list l on l.id = s.list_id
     where l.name = :list and m.uid <> 'ada' order by m.uid`,
    { list },
  )
  return found.map(({ uid }) => uid)
}
const decide = async (world: World, holdId: string, decision: 'approve' | 'deny', revision: number) => {
  const memberId = await world.memberId('ada')
  return world.db.transaction((tx) =>
    decideHold(tx, { holdId, decision, revision, memberId, via: 'web', requestId: null }),
  )
}

it('removals beyond the limit: admins read the exact names, say yes, and the directory follows', async (t) => {
  const world = await createWorld({}, t)
  await world.worker({}, limit)
  await world.mirrored()
  const everybody = await peopleOn(world, 'news')
  expect(everybody.length).toBeGreaterThan(3)
  const [gone, first = '', second = ''] = everybody
  const [, held] = await remove(world, 'news', [gone ?? '', first])
  expect(held?.state).toBe('awaiting_approval')

  const told = await incident(world, ({ state }) => state === 'open')
  expect(told).toMatchObject({ kind: 'removals-held', actions: ['approve', 'deny'], count: 1, revision: 1 })
  expect(told.words.content).toContain(first)
  expect(told.words.content).not.toContain(second)

  await remove(world, 'news', [second])
  const anew = await incident(world, ({ revision }) => revision === 2)
  expect(anew.words.content).toContain(second)
  expect(anew.subjectId).toBe(told.subjectId)

  await decide(world, told.subjectId, 'approve', 2)
  expect(await world.ended(held?.id ?? null)).toMatchObject({ state: 'applied' })
  expect(await world.directory.membersOf('news')).not.toContain(world.directory.memberValue(first))
  await incident(world, ({ state }) => state === 'resolved')
  const { items } = await readIncidents(world.db, { limit: 1, after: null, state: 'resolved' })
  expect(items).toMatchObject([{ outcome: 'approved', decidedBy: 'ada' }])
})

it('what joined and was taken back between two looks keeps no admin from deciding', async (t) => {
  const world = await createWorld({}, t)
  const { context } = await world.worker({}, limit)
  await world.mirrored()
  const [one = '', other = ''] = await peopleOn(world, 'news')
  const [, held] = await remove(world, 'news', [one, other])
  await incident(world, ({ state }) => state === 'open')
  // It is about the same people as before, and yet another one.
  await rows(world.db, 'update hold set revision = revision + 1')
  await lookAtHolds(context)
  const { items } = await readIncidents(world.db, { limit: 1, after: null, state: 'open' })
  const memberId = await world.memberId('ada')
  await world.db.transaction((tx) =>
    decideIncident(tx, {
      incidentId: items[0]?.id ?? '',
      action: 'approve',
      revision: items[0]?.revision ?? 0,
      memberId,
      via: 'discord',
      requestId: null,
      removalLimit: { count: 1, percent: 1 },
      mirrorMaxAgeS: 360,
    }),
  )
  expect(await world.ended(held?.id ?? null)).toMatchObject({ state: 'applied' })
})

it('who asked for it is named where that is one person, and nobody where several did', async (t) => {
  const world = await createWorld({}, t)
  await world.worker({}, limit)
  await world.mirrored()
  const [one = '', other = '', third = ''] = await peopleOn(world, 'news')
  await remove(world, 'news', [one, other])
  const { subjectId: holdId } = await incident(world, ({ state }) => state === 'open')
  const facts = async () => (await readHoldFacts(world.db, holdId))?.facts
  expect(await facts()).toMatchObject({ requestedBy: 'ada', members: [other] })
  await world.request(third, 'unsubscribe', 'news', { uid: one, removalLimit: { count: 1, percent: 1 } })
  expect(await facts()).toMatchObject({ requestedBy: null, count: 2 })
})

it('the mail to admins says in the time of SITE_TZ until when they can decide', async (t) => {
  const world = await createWorld({}, t)
  const mailSink = await startTestMailSink(t)
  await world.worker(
    {},
    { ...limit, SITE_TZ: 'Asia/Taipei', SMTP_URL: mailSink.url, ALERT_MAIL_TO: 'ops@example.org' },
  )
  await world.mirrored()
  const [one = '', other = ''] = await peopleOn(world, 'news')
  await remove(world, 'news', [one, other])
  const mail = await mailSink.waitForMail(({ subject }) => subject.includes('news'))
  const [hold] = await rows<{ until: string }>(
    world.db,
    `select to_char(expires_at at time zone 'Asia/Taipei', 'YYYY-MM-DD HH24:MI:SS') as until from hold`,
  )
  expect(mail.text.replaceAll(/\s+/g, ' ')).toContain(`it ends ${hold?.until} GMT+8.`)
})

it('what nobody decides expires, and its alert says so; what was said once is not said again', async (t) => {
  const world = await createWorld({}, t)
  const worker = await world.worker({}, limit)
  await world.mirrored()
  const [one = '', other = ''] = await peopleOn(world, 'news')
  const [, held] = await remove(world, 'news', [one, other])
  await incident(world, ({ state }) => state === 'open')
  for (const _look of [1, 2, 3]) await lookAtHolds(worker.context)
  expect(await incidents(world)).toMatchObject([{ count: 1, revision: 1 }])
  await rows(world.db, `update hold set expires_at = now()`)
  expect(await world.ended(held?.id ?? null)).toMatchObject({
    state: 'cancelled',
    reason: { code: 'EXPIRED' },
  })
  expect(await incident(world, ({ state }) => state === 'resolved')).toMatchObject({ outcome: 'expired' })
  expect(await world.directory.membersOf('news')).toContain(world.directory.memberValue(other))
})

it('of several workers that hear of a hold one tells of it', async (t) => {
  const world = await createWorld({}, t)
  const alertTo = { channelId: null, mailTo: null }
  const context = { db: world.db, log: testLog, alertTo, siteTimeZone: 'UTC', syncIntervalS: 180 }
  await rows(
    world.db,
    `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name, state, gone_at)
     values (:id, 'x', '1', 'x', 'x', 'gus', 'gus', 'gone', now())`,
    { id: newId() },
  )
  await rows(
    world.db,
    `insert into discord_link (id, discord_user_id, member_id) select :id, '600000000000000001', id from member`,
    { id: newId() },
  )
  await rows(
    world.db,
    `insert into hold (id, kind, expires_at) values (:id, 'people-gone', now() + interval '1 day')`,
    { id: newId() },
  )
  await Promise.all([1, 2, 3, 4].map(() => lookAtHolds(context)))
  expect(await incidents(world)).toMatchObject([{ kind: 'people-gone', count: 1, revision: 1 }])
})
