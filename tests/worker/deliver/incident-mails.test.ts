import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { endAlerts } from '../../../domain/store/incidents/end-alerts.ts'
import { type Alert, raiseAlert } from '../../../domain/store/incidents/raise-alert.ts'
import { wordIncident } from '../../../texts/incident-alert.ts'
import { testLog, waitUntil } from '../../_support/world.ts'
import { channelId, otherChannelId, outboxStory } from './_outbox.ts'

type Story = Awaited<ReturnType<typeof outboxStory>>

const about = (count: number): Alert => ({
  key: 'removals-held 1',
  kind: 'removals-held',
  ...wordIncident('removals-held', {
    list: 'news',
    count,
    members: Array.from({ length: count }, (_, at) => `somebody-${at}`),
    requestedBy: null,
    expiresAt: '2030-01-01T00:00:00Z',
  }),
})
const alertTo = { channelId, mailTo: null }
const settings = { DISCORD_ALERT_CHANNEL_ID: channelId }
const on = ({ db }: Story) => ({ db, log: testLog, alertTo })
const contents = ({ discord }: Story, id = channelId) => discord.messagesIn(id).map(({ content }) => content)

/** Whoever maintains the lists reads incidents by mail as well. */
const mailTo = (story: Story, address: string) =>
  rows(
    story.db,
    `insert into notice_rule (id, source, place_kind, place_id) values (gen_random_uuid(), 'guildpost', 'mail', :address)`,
    { address },
  )
const lastLong = ({ db }: Story) => rows(db, `update incident set began_at = now() - interval '5 minutes'`)
const overMails = ({ db }: Story) =>
  rows<{ to: string }>(
    db,
    `select to_address as "to" from mail where subject like 'Over: %' order by to_address`,
  )

it.for([
  ['a channel that is gone by then', 404, 10_003],
  ['a message that Discord refuses by then', 400, 50_035],
] as const)('whoever read by mail that it began reads that it is over: %s', async ([, status, code], t) => {
  const story = await outboxStory(t)
  await mailTo(story, 'lists@example.org')
  await story.start({}, settings)
  await raiseAlert(on(story), about(6))
  await expect.poll(() => contents(story)).toHaveLength(1)
  await lastLong(story)
  const answer = { status, body: { code, message: 'Refused' } }
  story.script({ method: 'PATCH', path: /\/messages\/\d+$/, times: Infinity, answer })
  await endAlerts(on(story), ['removals-held 1'])
  const mail = await story.mail.waitForMail((one) => one.subject.startsWith('Over: '))
  expect(mail.to).toContain('lists@example.org')
  expect(await overMails(story)).toEqual([{ to: 'lists@example.org' }])
})

it('its end is mailed once, also where the message had to be told twice', async (t) => {
  const story = await outboxStory(t)
  await mailTo(story, 'lists@example.org')
  let edits = 0
  await story.start(
    {
      editChannelMessage: async (...edit) => {
        edits += 1
        // It took so long that somebody else has it by now.
        if (edits === 1) await rows(story.db, 'update notice set lease_token = gen_random_uuid()')
        return story.rest.editChannelMessage(...edit)
      },
    },
    settings,
  )
  await raiseAlert(on(story), about(6))
  await expect.poll(() => story.states()).toEqual(['sent'])
  await lastLong(story)
  await endAlerts(on(story), ['removals-held 1'])
  await expect.poll(() => story.states()).toEqual(['sent'])
  expect(edits).toBe(2)
  expect(await overMails(story)).toHaveLength(1)
})

it('a channel that is known to refuse everything: each incident is mailed at once, shown later, its end mailed once', async (t) => {
  const story = await outboxStory(t)
  const mailed = { channelId, mailTo: 'ops@example.org' }
  const end = story.script({
    times: Infinity,
    answer: { status: 403, body: { code: 50_001, message: 'Missing Access' } },
  })
  await story.queue(['one', 'two'])
  await story.start({}, { ...settings, ALERT_MAIL_TO: mailed.mailTo })
  await story.untilItRests()
  await raiseAlert({ ...on(story), alertTo: mailed }, about(6))
  await story.mail.waitForMail((one) => one.subject === 'Removals from news wait for you')
  end()
  await story.endRest()
  await expect.poll(() => contents(story).filter((text) => text.includes('6 people'))).toHaveLength(1)
  await lastLong(story)
  await endAlerts({ ...on(story), alertTo: mailed }, ['removals-held 1'])
  await story.mail.waitForMail((one) => one.subject === 'Over: Removals from news wait for you')
  const heard = await rows(story.db, `select 1 from mail where subject = 'Removals from news wait for you'`)
  expect(heard).toHaveLength(1)
})

it('a channel that takes nothing until it is over: its end is mailed once, also when the message is shown then', async (t) => {
  const story = await outboxStory(t)
  const mailed = { channelId, mailTo: 'ops@example.org' }
  await mailTo(story, 'lists@example.org')
  const end = story.script({
    times: Infinity,
    answer: { status: 403, body: { code: 50_001, message: 'Missing Access' } },
  })
  await story.start({}, { ...settings, ALERT_MAIL_TO: mailed.mailTo })
  await raiseAlert({ ...on(story), alertTo: mailed }, about(6))
  await story.untilItRests()
  await lastLong(story)
  await endAlerts({ ...on(story), alertTo: mailed }, ['removals-held 1'])
  const both = [{ to: 'lists@example.org' }, { to: 'ops@example.org' }]
  await expect.poll(() => overMails(story)).toEqual(both)
  end()
  await story.endRest()
  await expect.poll(() => story.states(channelId)).toEqual(['sent'])
  expect(contents(story)).toEqual([expect.stringMatching(/^✅/)])
  expect(await overMails(story)).toEqual(both)
})

it('without a channel its end is mailed once, whoever has it in hand by then', async (t) => {
  const story = await outboxStory(t)
  const byMail = { ...on(story), alertTo: { channelId: null, mailTo: 'ops@example.org' } }
  await raiseAlert(byMail, about(6))
  await lastLong(story)
  await endAlerts(byMail, ['removals-held 1'])
  await story.db.transaction(async (tx) => {
    // Whoever has taken it in hand waits here before it mails.
    await rows(tx, 'lock table incident in access exclusive mode')
    await story.start({}, { ALERT_MAIL_TO: 'ops@example.org' })
    await waitUntil('it is in hand', async () => {
      const [taken] = await rows(
        story.db,
        `update notice set lease_token = gen_random_uuid() where lease_token is not null returning 1`,
      )
      return taken ?? null
    })
  })
  await story.wake()
  await expect.poll(() => story.states()).toEqual(['sent'])
  expect(await overMails(story)).toEqual([{ to: 'ops@example.org' }])
})

it('who reads of it by a rule and by default reads each mail once', async (t) => {
  const story = await outboxStory(t)
  const mailed = { channelId, mailTo: 'ops@example.org' }
  await mailTo(story, mailed.mailTo)
  await story.start({}, { ...settings, ALERT_MAIL_TO: mailed.mailTo })
  await raiseAlert(
    { ...on(story), alertTo: mailed },
    { ...about(6), key: 'undeliverable', kind: 'discord-undeliverable' },
  )
  await expect.poll(() => contents(story)).toHaveLength(1)
  expect(await rows(story.db, 'select to_address from mail')).toEqual([{ toAddress: mailed.mailTo }])
  await lastLong(story)
  await endAlerts({ ...on(story), alertTo: mailed }, ['undeliverable'])
  await story.mail.waitForMail((one) => one.subject.startsWith('Over: '))
  expect(await overMails(story)).toEqual([{ to: mailed.mailTo }])
})

it('an incident waits for Discord however long that takes', async (t) => {
  const story = await outboxStory(t)
  await story.discord.goAway()
  await raiseAlert(on(story), about(6))
  await rows(story.db, `update notice set created_at = now() - interval '4 days'`)
  await story.start({}, settings)
  await story.untilItRests()
  expect(await story.states()).toEqual(['queued'])
  await story.discord.comeBack()
  await story.untilDone(channelId)
  expect(contents(story)).toEqual([expect.stringContaining('6 people')])
})

it('without a channel its end goes to whom its beginning went, and to nobody else', async (t) => {
  const story = await outboxStory(t)
  await mailTo(story, 'lists@example.org')
  const byMail = { ...on(story), alertTo: { channelId: null, mailTo: 'ops@example.org' } }
  await story.start({}, { ALERT_MAIL_TO: 'ops@example.org' })
  await raiseAlert(byMail, about(6))
  await lastLong(story)
  await endAlerts(byMail, ['removals-held 1'])
  await story.mail.waitForMail((one) => one.subject.startsWith('Over: '))
  const told = await rows(story.db, 'select to_address from mail')
  expect(told).toEqual([{ toAddress: 'lists@example.org' }, { toAddress: 'lists@example.org' }])
})

it('nobody is called for what is over by the time that it is told', async (t) => {
  const story = await outboxStory(t)
  await rows(
    story.db,
    `insert into notice_rule (id, source, place_kind, place_id, mention) values (gen_random_uuid(), 'guildpost', 'channel', :channelId, 'here')`,
    { channelId },
  )
  await raiseAlert(on(story), { ...about(6), kind: 'audit-broken' })
  await endAlerts(on(story), ['removals-held 1'])
  await story.start({}, settings)
  await expect.poll(() => contents(story)).toEqual([expect.stringMatching(/^✅/)])
  expect(story.discord.messagesIn(channelId)).toMatchObject([{ mention_everyone: false }])
})

it('words that fit again need no file beside them', async (t) => {
  const story = await outboxStory(t)
  await story.start({}, settings)
  const files = () => story.discord.messagesIn(channelId).flatMap(({ attachments }) => attachments)
  await raiseAlert(on(story), about(300))
  await expect.poll(files).toHaveLength(1)
  await raiseAlert(on(story), about(6))
  await expect.poll(() => contents(story).join()).toContain('6 people')
  expect(files()).toEqual([])
})

it('what moves to another channel calls whom its new place names', async (t) => {
  const story = await outboxStory(t)
  await rows(
    story.db,
    `insert into notice_rule (id, source, place_kind, place_id, mention) values (gen_random_uuid(), 'guildpost', 'channel', :id, 'here')`,
    { id: otherChannelId },
  )
  await raiseAlert(on(story), { ...about(6), kind: 'audit-broken' })
  await rows(story.db, 'delete from notice_rule')
  await story.start({}, settings)
  await expect.poll(() => story.discord.messagesIn(channelId)).toHaveLength(1)
  expect(story.discord.messagesIn(channelId)).toMatchObject([{ mention_everyone: false }])
  expect(contents(story).join()).not.toContain('@here')
})
