import { beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase, rows } from '../../../../domain/store/database.ts'
import { endAlerts } from '../../../../domain/store/incidents/end-alerts.ts'
import { prune } from '../../../../domain/store/installation/prune.ts'
import { forgetMember } from '../../../../domain/store/members/forget-member.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { takeNotices, type WaitingNotice } from '../../../../domain/store/outbox/destination-queue.ts'
import { noteRefused, noteTakes } from '../../../../domain/store/outbox/destination-refused.ts'
import { postponeNotices, putBack, splitDigest } from '../../../../domain/store/outbox/put-back-notices.ts'
import { resendOutbox } from '../../../../domain/store/outbox/resend-outbox.ts'
import { tellAnew } from '../../../../domain/store/outbox/tell-anew.ts'
import { renewTopicNotices } from '../../../../domain/store/topics/tell-places.ts'
import { toldTopics } from '../../../../domain/store/topics/topic-notice.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'
import { atOnce } from './_at-once.ts'

let db: Database
const channel = { kind: 'channel', id: '700000000000000001' } as const
const leaseToken = newId()
/** In the order of their ids. */
const three = ['a', 'm', 'z'].map((key) => ({ key, id: newId(), about: newId() }))
const ids = three.map(({ id }) => id)
const memberId = newId()
const waiting = three.map(
  ({ id }) =>
    ({
      id,
      leaseToken,
      destinationKind: 'channel',
      destinationId: channel.id,
      doubtfulSince: null,
      revision: 1,
    }) as WaitingNotice,
)
const bothDone = ['done', 'done']

/** A table that has been in use for a while, and three in it that were written the other way round. */
beforeEach(async (t) => {
  const { url } = await createTestDatabase(t)
  db = openDatabase(url, { poolMax: 6 })
  cleanUpAfter(t, () => db.destroy())
  await rows(
    db,
    `insert into notice (id, kind, destination_kind, destination_id, body, state, ended_at)
     select gen_random_uuid(), 'change-ended', 'member', n::text, '{}', 'sent', now() - interval '1 day' from generate_series(1, 5000) n`,
  )
  await rows(
    db,
    `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name) values (:memberId, 'u', '1', 'u', 'u', 'u', 'U')`,
    { memberId },
  )
})

async function ofIncidents(body: object): Promise<void> {
  for (const { key, about } of three)
    await rows(
      db,
      `insert into incident (id, key, kind, actions, words) values (:about, :key, 'queue-old', '{}', '{}')`,
      { about, key },
    )
  for (const { id, about } of three.toReversed())
    await rows(
      db,
      `insert into notice (id, kind, destination_kind, destination_id, incident_id, body)
       values (:id, 'alert', :kind, :channelId, :about, :body)`,
      { id, about, kind: channel.kind, channelId: channel.id, body: JSON.stringify(body) },
    )
  await rows(db, 'analyze')
}

async function ofTopics(): Promise<void> {
  await rows(
    db,
    `insert into destination (kind, id, lease_token, lease_until) values (:kind, :channelId, :leaseToken, now() + interval '1 minute')`,
    { kind: channel.kind, channelId: channel.id, leaseToken },
  )
  for (const { key, id, about } of three.toReversed()) {
    await rows(
      db,
      `insert into topic (id, source, event, key, severity, state, facts, happened_at)
       values (:about, 'github', 'x', :key, 'warning', 'open', '{}', now())`,
      { about, key },
    )
    await rows(
      db,
      `insert into notice (id, kind, destination_kind, destination_id, topic_id, body, lease_token, revision)
       values (:id, 'topic', :kind, :channelId, :about, '{}', :leaseToken, 1)`,
      { id, about, kind: channel.kind, channelId: channel.id, leaseToken },
    )
  }
  await rows(db, 'analyze')
}

const inTheMiddle = (table = 'notice') =>
  `select 1 from ${table} where id = '${three[1]?.id ?? ''}' for update`

const endAll = async () => {
  const log = { error: () => undefined }
  const keys = three.map(({ key }) => key)
  const areEnded = await endAlerts({ db, alertTo: { channelId: channel.id, mailTo: null }, log }, keys)
  if (!areEnded) throw new Error('they were not ended')
}

it('several incidents end while their channel is found to take messages again', async () => {
  await ofIncidents({ refusedSince: new Date() })
  expect(await atOnce(db, inTheMiddle(), endAll, () => noteTakes(db, channel))).toEqual(bothDone)
})

it('several incidents end while their channel is found to refuse everything', async () => {
  await ofIncidents({})
  await rows(db, `update notice set lease_token = :leaseToken where incident_id is not null`, { leaseToken })
  const refused = () => noteRefused(db, waiting.slice(-1), 'no')
  expect(await atOnce(db, inTheMiddle(), endAll, refused)).toEqual(bothDone)
})

/** In the order in which they were written. */
const shown = waiting.toReversed()
const toDigest: Record<string, () => Promise<unknown>> = {
  'is taken in hand': () => takeNotices(db, shown, newId()),
  'was posted': () => toldTopics(db, shown, { messageId: '1', inDigest: true }),
  'was not taken': () => postponeNotices(db, shown, { error: 'x', inMs: 0, counts: true, print: 'x' }),
  'is split': () => splitDigest(db, shown, 'x'),
  'is put back': () => putBack(db, shown, 'x'),
  'is told anew': () => tellAnew(db, ids),
}
for (const [what, doing] of Object.entries(toDigest))
  it(`a digest ${what} while one delivery tells of several of its topics`, async () => {
    await ofTopics()
    const telling = () =>
      db.transaction(async (tx) => {
        for (const { about } of three) await renewTopicNotices(tx, about)
      })
    expect(await atOnce(db, inTheMiddle(), telling, doing)).toEqual(bothDone)
  })

it('dead letters of somebody are sent again while that one is forgotten', async () => {
  await rows(
    db,
    `insert into mail (id, kind, to_address, subject, text_body, state, ended_at)
     select gen_random_uuid(), 'x', 'x', 'x', 'x', 'sent', now() from generate_series(1, 5000)`,
  )
  for (const [at, { id }] of three.toReversed().entries())
    await rows(
      db,
      `insert into mail (id, kind, member_id, to_address, subject, text_body, state, ended_at)
       values (:id, 'change-ended', :memberId, 'x', 'x', 'x', 'failed', now() - interval '1 minute' * :ago)`,
      { id, memberId, ago: at + 1 },
    )
  await rows(db, 'analyze')
  const defaults = { alertChannelId: null, workflowChannelId: null, alertMailTo: null } as never
  const resend = () =>
    db.transaction((tx) => resendOutbox(tx, { ids, adminId: newId(), via: 'web', defaults, requestId: null }))
  const forget = () =>
    db.transaction((tx) =>
      forgetMember(tx, { memberId, via: 'discord', words: {} as never, requestId: null }),
    )
  expect(await atOnce(db, inTheMiddle('mail'), resend, forget)).toEqual(bothDone)
})

it('what is old is deleted while it is told of once more', async () => {
  await ofTopics()
  const [first] = three
  // One topic in three channels.
  await rows(
    db,
    `update notice set topic_id = :about, destination_id = id::text, state = 'sent', ended_at = now() - interval '100 days' + position * interval '1 second', lease_token = null
     where topic_id is not null`,
    { about: first?.about },
  )
  await rows(db, `update topic set state = 'resolved'`)
  const telling = () => renewTopicNotices(db, first?.about ?? '')
  expect(await atOnce(db, inTheMiddle(), telling, () => prune(db), { passesOver: true })).toEqual(bothDone)
})
