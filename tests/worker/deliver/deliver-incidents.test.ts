import { expect, it, type TestContext } from 'vitest'
import { createDiscordRest, type DiscordRest } from '../../../adapters/discord-rest/create-discord-rest.ts'
import { rows } from '../../../domain/store/database.ts'
import { endAlerts } from '../../../domain/store/incidents/end-alerts.ts'
import { type Alert, raiseAlert } from '../../../domain/store/incidents/raise-alert.ts'
import { wordIncident } from '../../../texts/incident-alert.ts'
import { discordNames, startTestDiscord } from '../../_support/discord.ts'
import { startTestMailSink } from '../../_support/servers.ts'
import { createWorld, testLog, waitUntil } from '../../_support/world.ts'

const { token } = discordNames
const channelId = '400000000000000002'
const messagePath = /^\/channels\/\d+\/messages/

async function watched(t: TestContext) {
  const world = await createWorld({}, t)
  const mail = await startTestMailSink(t)
  const discord = await startTestDiscord({ channels: [{ id: channelId, name: 'alerts' }] }, t)
  const rest = createDiscordRest({ token, apiUrl: discord.url, log: testLog })
  let edits = 0
  const counting: DiscordRest = {
    ...rest,
    editChannelMessage: (...edit) => {
      edits += 1
      return rest.editChannelMessage(...edit)
    },
  }
  const start = (environment: Record<string, string> = {}) =>
    world.worker(
      { discord: counting },
      {
        DISCORD_TOKEN: token,
        DISCORD_API_URL: discord.url,
        DISCORD_ALERT_CHANNEL_ID: channelId,
        SMTP_URL: mail.url,
        ...environment,
      },
    )
  const alertTo = { channelId, mailTo: null }
  const on = { db: world.db, log: testLog, alertTo }
  return { ...world, mail, discord, start, on, edits: () => edits }
}

const held = (count: number): Alert => ({
  key: 'removals-held 1',
  kind: 'removals-held',
  subjectId: '019a0000-0000-7000-8000-000000000001',
  actions: ['approve', 'deny'],
  ...wordIncident('removals-held', {
    list: 'news',
    count,
    members: ['alice', 'bob'],
    requestedBy: 'carol',
    expiresAt: '2030-01-01T00:00:00Z',
  }),
})

type Watched = Awaited<ReturnType<typeof watched>>

/** The channel's messages, once one of them says this. */
const shown = ({ discord }: Watched, text: string) =>
  waitUntil(`the channel says ${text}`, async () => {
    const messages = discord.messagesIn(channelId)
    return messages.some(({ content }) => content.includes(text)) ? messages : null
  })

/** As if the seconds between two edits were over. */
const hurry = ({ db }: Watched) =>
  rows(
    db,
    `with due as (update notice set due_at = now() where state = 'queued' and due_at > now() and lease_token is null returning id)
     select pg_notify('outbox', '') from due`,
  )

/** The channel's messages, once one of them says this, without waiting for the time of its edit. */
const shownSoon = (world: Watched, text: string) =>
  waitUntil(`the channel says ${text}`, async () => {
    await hurry(world)
    const messages = world.discord.messagesIn(channelId)
    return messages.some(({ content }) => content.includes(text)) ? messages : null
  })

const buttonsOf = (message: { components: unknown[] } | undefined) =>
  (message?.components ?? []).flatMap((row) =>
    (row as { components: { custom_id: string; label: string }[] }).components.map(
      ({ custom_id, label }) => `${label} ${custom_id}`,
    ),
  )

it('an incident is one message that follows it: raised, other words, resolved without buttons', async (t) => {
  const world = await watched(t)
  await world.start()
  await raiseAlert(world.on, held(6))
  const [first, ...more] = await shown(world, '6 people would be taken off news')
  expect(more).toEqual([])
  expect(first?.content).toMatch(
    /at the word of carol.*: alice, bob and 4 more\.\nApprove if .* <t:1893456000:R>\.$/,
  )
  const [incident] = await rows<{ id: string }>(world.db, 'select id from incident')
  expect(buttonsOf(first)).toEqual([
    `Acknowledge alert:acknowledge:${incident?.id}:1`,
    `Approve alert:approve:${incident?.id}:1`,
    `Deny alert:deny:${incident?.id}:1`,
  ])
  await raiseAlert(world.on, held(7))
  const [again, ...others] = await shownSoon(world, '7 people would be taken off news')
  expect(others).toEqual([])
  expect(again?.id).toBe(first?.id)
  expect(again?.content).toMatch(/Seen 2 times, last <t:\d+:R>/)
  expect(buttonsOf(again)[1]).toBe(`Approve alert:approve:${incident?.id}:2`)
  await endAlerts(world.on, ['removals-held 1'], 'denied')
  const [last, ...rest] = await shown(world, '✅')
  expect(rest).toEqual([])
  expect(last?.content).toMatch(
    /^✅ \*\*Removals from news wait for you\*\*: resolved after \d+ seconds?\nDenied\.\n7 people/,
  )
  expect(last?.content).not.toContain('Approve if')
  expect(last?.components).toEqual([])
})

it('a message that somebody deleted is posted anew', async (t) => {
  const world = await watched(t)
  await world.start()
  await raiseAlert(world.on, held(6))
  const [first] = await shown(world, '6 people')
  await fetch(`${world.discord.url}/v10/channels/${channelId}/messages/${first?.id}`, {
    method: 'DELETE',
    headers: { authorization: `Bot ${token}` },
  })
  await endAlerts(world.on, ['removals-held 1'], 'approved')
  const [last, ...more] = await shown(world, '✅')
  expect(more).toEqual([])
  expect(last?.id).not.toBe(first?.id)
})

it('what comes up while the message is on its way is told after it', async (t) => {
  const world = await watched(t)
  world.discord.script({ method: 'POST', path: messagePath, times: 1, answer: { delayMs: 1500 } })
  await world.start()
  await raiseAlert(world.on, held(6))
  await waitUntil('it is in hand', async () => {
    const [one] = await rows(world.db, 'select 1 from notice where lease_token is not null')
    return one ?? null
  })
  await endAlerts(world.on, ['removals-held 1'])
  expect(await shownSoon(world, '✅')).toHaveLength(1)
})

it('an answer that got lost makes no second message', async (t) => {
  const world = await watched(t)
  world.discord.script({
    method: 'POST',
    path: messagePath,
    times: 2,
    answer: { status: 502, afterAccepting: true },
  })
  await world.start()
  await raiseAlert(world.on, held(6))
  await waitUntil('it was told', async () => {
    const [one] = await rows(world.db, `select 1 from notice where state = 'sent' and message_id is not null`)
    return one ?? null
  })
  expect(world.discord.messagesIn(channelId)).toHaveLength(1)
})

it('a thousand raises are a few requests to Discord', async (t) => {
  const world = await watched(t)
  await world.start()
  await raiseAlert(world.on, held(6))
  const [first] = await shown(world, '6 people')
  for (let times = 0; times < 1000; times += 50)
    await Promise.all(
      Array.from({ length: 50 }, (_, at) => raiseAlert(world.on, held(7 + ((times + at) % 9)))),
    )
  await endAlerts(world.on, ['removals-held 1'])
  const [last, ...more] = await shown(world, '✅')
  expect(more).toEqual([])
  expect(last?.content).toContain('Seen 1001 times')
  expect(last?.id).toBe(first?.id)
  // The words have changed all the time, and every five seconds they may be told anew.
  expect(world.edits()).toBeLessThan(10)
})

it('by mail where there is no channel: at its beginning, and at its end when it has lasted', async (t) => {
  const world = await watched(t)
  const on = { ...world.on, alertTo: { channelId: null, mailTo: 'ops@example.org' } }
  await world.start({ DISCORD_ALERT_CHANNEL_ID: '', ALERT_MAIL_TO: 'ops@example.org' })
  await raiseAlert(on, { ...held(6), key: 'short' })
  await endAlerts(on, ['short'])
  await raiseAlert(on, held(6))
  await rows(
    world.db,
    `update incident set began_at = now() - interval '5 minutes' where state <> 'resolved'`,
  )
  await raiseAlert(on, held(6))
  await endAlerts(on, ['removals-held 1'], 'approved')
  const end = await world.mail.waitForMail((one) => one.subject.startsWith('Over: '))
  expect(end.subject).toBe('Over: Removals from news wait for you')
  expect(end.text).toContain('after 5 minutes')
  await expect.poll(() => world.mail.messages).toHaveLength(3)
  expect(world.discord.messagesIn(channelId)).toEqual([])
})

it('by mail where Discord does not take the message, and the end too', async (t) => {
  const world = await watched(t)
  const alertTo = { channelId: '400000000000000009', mailTo: 'ops@example.org' }
  const on = { ...world.on, alertTo }
  await world.start({ DISCORD_ALERT_CHANNEL_ID: alertTo.channelId, ALERT_MAIL_TO: alertTo.mailTo })
  await raiseAlert(on, held(6))
  await world.mail.waitForMail((one) => one.subject === 'Removals from news wait for you')
  await raiseAlert(on, held(6))
  await rows(world.db, `update incident set began_at = now() - interval '5 minutes'`)
  await endAlerts(on, ['removals-held 1'], 'approved')
  await world.mail.waitForMail((one) => one.subject.startsWith('Over: '))
  expect(world.mail.messages).toHaveLength(2)
})

it('names that a message has no room for are all in a file beside it', async (t) => {
  const world = await watched(t)
  await world.start()
  const members = Array.from({ length: 300 }, (_, at) => `somebody-${at}`)
  const facts = { list: 'news', count: 300, members, requestedBy: null, expiresAt: '2030-01-01T00:00:00Z' }
  await raiseAlert(world.on, { ...held(6), ...wordIncident('removals-held', facts) })
  const [message] = await shown(world, '300 people would be taken off news')
  expect(message?.content).not.toContain('somebody-299')
  const urls = () => world.discord.messagesIn(channelId).flatMap(({ attachments }) => attachments)
  const [file, ...more] = urls()
  expect(more).toEqual([])
  const text = await (await fetch(file?.url ?? '')).text()
  expect(members.filter((name) => !text.includes(name))).toEqual([])
  const grown = { ...facts, count: 301, members: [...members, 'somebody-300'] }
  await raiseAlert(world.on, { ...held(6), ...wordIncident('removals-held', grown) })
  await shownSoon(world, '301 people')
  const [newer, ...others] = urls()
  expect(others).toEqual([])
  expect(await (await fetch(newer?.url ?? '')).text()).toContain('somebody-300')
  await endAlerts(world.on, ['removals-held 1'], 'approved')
  await shown(world, '✅')
  expect(urls()).toHaveLength(1)
})

it('where files are not taken, the message is posted without', async (t) => {
  const world = await watched(t)
  world.discord.script({
    method: 'POST',
    path: messagePath,
    times: 1,
    answer: { status: 403, body: { code: 50013, message: 'Missing Permissions' } },
  })
  await world.start()
  const members = Array.from({ length: 300 }, (_, at) => `somebody-${at}`)
  const facts = { list: 'news', count: 300, members, requestedBy: null, expiresAt: '2030-01-01T00:00:00Z' }
  await raiseAlert(world.on, { ...held(6), ...wordIncident('removals-held', facts) })
  const [message] = await shown(world, '300 people would be taken off news')
  expect(message?.attachments).toEqual([])
})
