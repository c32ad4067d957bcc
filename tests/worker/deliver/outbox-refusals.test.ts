import { expect, it } from 'vitest'
import { type DatabaseOrTransaction, rows } from '../../../domain/store/database.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { raiseAlert } from '../../../domain/store/incidents/raise-alert.ts'
import { readTroubles } from '../../../domain/store/incidents/read-troubles.ts'
import { claimMail, endMail } from '../../../domain/store/outbox/outgoing-mail.ts'
import { resendOutbox } from '../../../domain/store/outbox/resend-outbox.ts'
import { testLog } from '../../_support/world.ts'
import { channelId, otherChannelId, outboxStory, reading } from './_outbox.ts'

const bob = '600000000000000001'
const refused = { status: 403, body: { code: 50_001, message: 'Missing Access' } }
const malformed = { status: 400, body: { code: 50_035, message: 'Invalid Form Body' } }

type Story = Awaited<ReturnType<typeof outboxStory>>

const defaults = { alertChannelId: null, workflowChannelId: channelId, alertMailTo: null }
const resend = ({ db }: Story) =>
  db.transaction((tx) =>
    resendOutbox(tx, { ids: null, adminId: newId(), via: 'api', requestId: null, defaults }),
  )

/** A direct message to bob, and the mail that goes out in its place. */
async function queueDirect(db: DatabaseOrTransaction, content: string, mail: object | null = null) {
  await rows(
    db,
    `insert into notice (id, kind, destination_kind, destination_id, body) values (gen_random_uuid(), 'change-ended', 'member', :bob, :body)`,
    { bob, body: JSON.stringify({ content, mail }) },
  )
}
const mailInstead = { memberId: null, to: 'bob@example.org', subject: 'Instead', text: 'By mail.' }

it.for([
  ['without access', 403, 50_001],
  ['without rights', 403, 50_013],
  ['without the channel', 404, 10_003],
] as const)('%s everything waits, with few requests, and goes on by itself', async ([, status, code], t) => {
  const story = await outboxStory(t)
  const old = Array.from({ length: 15 }, (_, at) => `old ${at + 1}`)
  const titles = [...old, 'fresh', 'fresher']
  const end = story.script({
    path: new RegExp(`^/channels/${channelId}/messages$`),
    times: Infinity,
    answer: { status, body: { code, message: 'Refused' } },
  })
  await story.queue(old, { agoS: 300 })
  await story.queue(['fresh', 'fresher'])
  await story.queue(['other'], { to: otherChannelId })
  let asked = 0
  await story.start({
    sendChannelMessage: (to, ...rest) => {
      if (to === channelId) asked += 1
      return story.rest.sendChannelMessage(to, ...rest)
    },
  })
  await story.untilSaid(['other'], otherChannelId)
  await story.untilItRests()
  const [rest] = await rows<{ forS: number }>(
    story.db,
    `select extract(epoch from resume_at - now())::float8 as for_s from destination where id = :channelId`,
    { channelId },
  )
  expect(rest?.forS).toBeGreaterThan(50)
  expect(asked).toBe(1)
  expect((await story.states()).filter((state) => state === 'failed')).toEqual([])
  end()
  await story.endRest()
  await story.untilSaid(titles)
  await expect.poll(() => story.states()).toEqual([...titles, 'other'].map(() => 'sent'))
  // It was well in the end: what is refused next begins anew.
  await expect.poll(() => rows(story.db, 'select id, failures from destination')).toEqual([])
})

it('what a channel has refused for days is given up, and what came later, or lasts, waits', async (t) => {
  const story = await outboxStory(t)
  story.script({ times: Infinity, answer: refused })
  await story.queue(['one', 'two'])
  await raiseAlert(
    { db: story.db, alertTo: { channelId, mailTo: null }, log: testLog },
    { key: 'it lasts', kind: 'drift', content: 'x', subject: 'x', text: 'x' },
  )
  await story.start()
  await story.untilItRests()
  await rows(
    story.db,
    `update notice set body = body || jsonb_build_object('refusedSince', now() - interval '4 days')`,
  )
  await story.queue(['three'])
  await story.endRest()
  await expect.poll(() => story.states()).toEqual(['failed', 'failed', 'queued', 'queued'])
})

it('what waits for its time in a channel that takes messages again is no trouble any more', async (t) => {
  const story = await outboxStory(t)
  const [topic] = await story.queue(['one'])
  await story.start()
  await story.untilSaid(['one'])
  if (topic) await story.tellAnew(topic, 'one, edited', 'open', 3600)
  const end = story.script({ times: Infinity, answer: refused })
  await story.queue(['two'])
  await story.untilItRests()
  const refusedNow = async () => (await readTroubles(story.db, 3000)).noticeCount
  expect(await refusedNow()).toBe(2)
  end()
  await story.endRest()
  await story.untilSaid(['one', 'two'])
  await expect.poll(refusedNow).toBe(0)
  expect(await story.states()).toEqual(['queued', 'sent'])
})

it('in a thread that was archived the message is posted anew, and edited from then on', async (t) => {
  const story = await outboxStory(t)
  const [topic] = await story.queue(['broken'])
  await story.start()
  await story.untilSaid(['broken'])
  story.script({
    method: 'PATCH',
    path: /\/messages\/\d+$/,
    answer: { status: 400, body: { code: 50_083, message: 'Thread is archived' } },
  })
  if (!topic) throw new Error('nothing was queued')
  await story.tellAnew(topic, 'still broken')
  await story.untilSaid(['broken', 'still broken'])
  await story.tellAnew(topic, 'fixed', 'resolved')
  await story.untilSaid(['broken', 'fixed'])
  await expect.poll(() => story.states()).toEqual(['sent'])
})

it('a mail in place of a message leaves once, whoever has the message in hand by then', async (t) => {
  const story = await outboxStory(t)
  await queueDirect(story.db, 'Hello.', mailInstead)
  let asked = 0
  await story.start({
    sendDirectMessage: async () => {
      asked += 1
      // It took so long that somebody else has it by now.
      if (asked === 1) await rows(story.db, 'update notice set lease_token = gen_random_uuid()')
      return { outcome: 'refused', code: 50_007, message: 'Cannot send messages to this user' }
    },
  })
  await expect.poll(() => story.states()).toEqual(['failed'])
  expect(asked).toBe(2)
  expect(await rows(story.db, 'select 1 from mail')).toHaveLength(1)
})

it('a direct message that is refused as a channel would be is mailed at once', async (t) => {
  const story = await outboxStory(t)
  await queueDirect(story.db, 'Hello.', mailInstead)
  await story.start({
    sendDirectMessage: async () => ({ outcome: 'refused', code: 50_001, message: 'Missing Access' }),
  })
  await story.mail.waitForMail(({ subject }) => subject === 'Instead')
  expect(await story.states()).toEqual(['failed'])
})

it.for([
  [
    'somebody who takes no direct messages is asked once, whatever file would come along',
    50_007,
    1,
    'failed',
  ],
  ['a file that Discord does not take keeps nobody from reading the message', 50_035, 2, 'sent'],
  ['nor does one for which the request is too large', 40_005, 2, 'sent'],
  ['nor one that is too large itself', 50_045, 2, 'sent'],
  ['nor one that Discord calls invalid', 50_046, 2, 'sent'],
] as const)('%s', async ([, code, times, state], t) => {
  const story = await outboxStory(t)
  story.discord.addUser({ id: bob, username: 'bob' })
  await rows(
    story.db,
    `insert into notice (id, kind, destination_kind, destination_id, body) values (gen_random_uuid(), 'change-ended', 'member', :bob, :body)`,
    { bob, body: JSON.stringify({ content: 'Hello.', file: { name: 'everything.txt', text: 'All.' } }) },
  )
  const files: unknown[] = []
  await story.start({
    sendDirectMessage: async (to, body, nonce, file) => {
      files.push(file)
      return file
        ? { outcome: 'refused', code, message: 'No' }
        : story.rest.sendDirectMessage(to, body, nonce, file)
    },
  })
  await expect.poll(() => story.states()).toEqual([state])
  expect(files).toHaveLength(times)
  expect(story.discord.dmsOf(bob)).toHaveLength(times - 1)
})

it('a worker that starts tries what another one found closed', async (t) => {
  const story = await outboxStory(t)
  await story.queue(['one'])
  await rows(
    story.db,
    `insert into destination (kind, id, failures, resume_at) values ('channel', :channelId, 1, now() + interval '5 minutes')`,
    { channelId },
  )
  await story.start()
  await story.untilSaid(['one'])
  await expect.poll(() => story.states()).toEqual(['sent'])
})

it('what Discord has refused is not in doubt when it is sent again', async (t) => {
  const story = await outboxStory(t)
  story.script({ answer: malformed })
  await story.queue(['one'])
  await story.start()
  await expect.poll(() => story.states()).toEqual(['failed'])
  await story.doubtLonger()
  story.script({ ...reading, times: Infinity, answer: { status: 503 } })
  await resend(story)
  await story.untilSaid(['one'])
  await expect.poll(() => story.states()).toEqual(['sent'])
})

it('a message in place of one that is gone is found after several failures, and not told again', async (t) => {
  const story = await outboxStory(t)
  const [topic] = await story.queue(['broken'])
  await story.start()
  await story.untilSaid(['broken'])
  const editing = { method: 'PATCH', path: /\/messages\/\d+$/ }
  const gone = { status: 404, body: { code: 10_008, message: 'Unknown Message' } }
  story.script({ ...editing, answer: gone })
  story.script({ answer: { status: 500, afterAccepting: true }, times: 2 })
  if (!topic) throw new Error('nothing was queued')
  await story.tellAnew(topic, 'still broken')
  await story.untilItRests()
  story.script({ ...editing, answer: { status: 503 }, times: 2 })
  await story.endRest()
  await expect
    .poll(() => rows(story.db, 'select 1 from destination where failures = 2 and lease_token is null'))
    .toHaveLength(1)
  await story.doubtLonger()
  story.script({ ...editing, answer: gone })
  await story.endRest()
  await expect.poll(() => story.states()).toEqual(['sent'])
  expect(story.said()).toEqual(['broken', 'still broken'])
})

it('a message that says the same and is to be edited is not taken for another', async (t) => {
  const story = await outboxStory(t)
  const [first] = await story.queue(['deployed'])
  await story.start()
  await story.untilSaid(['deployed'])
  if (first) await story.tellAnew(first, 'deployed', 'open', 3600)
  story.script({ answer: { status: 503 }, times: 2 })
  await story.queue(['deployed'])
  await story.untilItRests()
  await story.doubtLonger()
  await story.endRest()
  await story.untilSaid(['deployed', 'deployed'])
  await expect.poll(() => story.states()).toEqual(['queued', 'sent'])
})

it('what is sent again says all that it said, also what looks like a code or a token', async (t) => {
  const story = await outboxStory(t)
  const text = '482913 of 250 000 rows: https://ci.example.org/AbCdEfGhIjKlMnOpQrStUvWxYz0/log'
  story.discord.addUser({ id: bob, username: 'bob' })
  story.script({ answer: malformed })
  await queueDirect(story.db, text)
  await story.start()
  await expect.poll(() => story.states()).toEqual(['failed'])
  await story.db.transaction(async (tx) => {
    await rows(
      tx,
      `insert into mail (id, kind, to_address, subject, text_body, due_at) values (:id, 'notice', 'ops@example.org', 'Rows', :text, now())`,
      { id: newId(), text },
    )
  })
  const mail = await claimMail(story.db)
  if (!mail) throw new Error('no mail waits')
  await endMail(story.db, mail, { state: 'failed', error: 'refused' })
  await resend(story)
  await expect.poll(() => story.discord.dmsOf(bob).map(({ content }) => content)).toEqual([text])
  expect((await story.mail.waitForMail((one) => one.subject === 'Rows')).text).toContain(text)
})

it('what is sent again goes where the rules of now have it, if its channel is named no more', async (t) => {
  const story = await outboxStory(t)
  await story.queue(['lost'], { to: '400000000000000009', mention: 'here' })
  await story.queue(['named'], { to: otherChannelId })
  await rows(
    story.db,
    `with told as (insert into notice_rule (id, source, place_kind, place_id) values (gen_random_uuid(), 'api', 'channel', :otherChannelId))
     update notice set state = 'failed', ended_at = now(), error = 'Unknown Channel'`,
    { otherChannelId },
  )
  await story.start()
  await resend(story)
  await story.untilSaid(['lost', 'named'], otherChannelId)
  await expect.poll(() => story.states()).toEqual(['sent', 'sent'])
})

it('what is sent again stays where it was shown, and moves to no channel that tells of it', async (t) => {
  const story = await outboxStory(t)
  const lost = '400000000000000009'
  await rows(
    story.db,
    `insert into notice_rule (id, source, place_kind, place_id) values (gen_random_uuid(), 'api', 'channel', :otherChannelId)`,
    { otherChannelId },
  )
  const [told] = await story.queue(['told'], { to: otherChannelId })
  const [shown] = await story.queue(['shown'], { to: lost })
  await rows(
    story.db,
    `with again as (
       insert into notice (id, kind, destination_kind, destination_id, topic_id, body, state, ended_at)
       values (:id, 'topic', 'channel', :lost, :topicId, '{}', 'failed', now()))
     update notice set state = 'failed', ended_at = now(), message_id = '1' where id = :shownId`,
    { id: newId(), lost, topicId: told?.topicId ?? null, shownId: shown?.noticeId ?? null },
  )
  expect(await resend(story)).toBe(2)
  const places = await rows(
    story.db,
    'select destination_id as "to", count(*)::integer from notice group by 1 order by 1',
  )
  expect(places).toEqual([
    { to: otherChannelId, count: 1 },
    { to: lost, count: 2 },
  ])
})

it('what waits goes where its rule had it, also when that is removed meanwhile', async (t) => {
  const story = await outboxStory(t)
  await rows(
    story.db,
    `insert into notice_rule (id, source, place_kind, place_id) values (gen_random_uuid(), 'api', 'channel', :otherChannelId)`,
    { otherChannelId },
  )
  await story.queue(['waiting'], { to: otherChannelId })
  await rows(story.db, 'delete from notice_rule')
  await story.start()
  await story.untilSaid(['waiting'], otherChannelId)
  await expect.poll(() => story.states()).toEqual(['sent'])
})
