import { beforeAll, beforeEach, expect, it } from 'vitest'
import { rows } from '../../domain/store/database.ts'
import { newId } from '../../domain/store/new-id.ts'
import type { DiscordStandIn } from '../../sandbox/discord/stand-in.ts'
import { discordNames, startTestDiscord } from '../_support/discord.ts'
import { createWorld, waitUntil, type World } from '../_support/world.ts'
import { alertGroup, alertOn, resolved } from '../api/hooks/alert-groups.ts'
import { startTestApi, type TestApi } from '../api/api-server.ts'

const channelId = '700000000000000001'
const pagerChannelId = '700000000000000002'
const role = '500000000000000001'
const alertmanagerToken = 'alertmanager-shows-this-one'
const { token } = discordNames

let api: TestApi
let world: World
let discord: DiscordStandIn
let seen: Record<string, number>

beforeAll(async () => {
  discord = await startTestDiscord({
    channels: [
      { id: channelId, name: 'alerts' },
      { id: pagerChannelId, name: 'pager' },
    ],
  })
  api = await startTestApi(undefined, {
    settings: { alertmanagerToken, alertTo: { channelId, mailTo: null } },
  })
  world = await createWorld({ databaseUrl: api.databaseUrl })
  await world.worker({}, { DISCORD_TOKEN: token, DISCORD_API_URL: discord.url })
})
beforeEach(async () => {
  await api.sql('delete from notice_rule; delete from notice; delete from topic')
  seen = Object.fromEntries([channelId, pagerChannelId].map((id) => [id, discord.messagesIn(id).length]))
})

/** Alertmanager sends this; gives when the channels show it. */
async function alertmanagerSends(group: ReturnType<typeof alertGroup>): Promise<void> {
  const answer = await api.server.inject({
    method: 'POST',
    url: '/api/v1/hooks/alertmanager',
    headers: { authorization: `Bearer ${alertmanagerToken}` },
    payload: group,
  })
  expect(answer.statusCode).toBe(202)
  await waitUntil('everything was told', async () => {
    const waiting = await rows(
      world.db,
      `with hurried as (update notice set due_at = now() where state = 'queued' and due_at > now() returning 1)
       select pg_notify('outbox', ''), (select count(*) from hurried) from notice where state = 'queued'`,
    )
    return waiting.length === 0 ? true : null
  })
  expect(discord.violations).toEqual([])
}

/** What a channel shows of this test, the oldest first: whom each message mentions, its title, and its lines about alerts. */
const shown = (channel = channelId) =>
  discord
    .messagesIn(channel)
    .slice(seen[channel])
    .map(({ content, embeds, mention_roles: roles, mention_everyone: everyone }) => ({
      content,
      pinged: [...roles, ...(everyone ? ['everyone'] : [])],
      title: embeds.map(({ title }) => title).join(),
      alerts: embeds.flatMap(({ description }) =>
        (description ?? '')
          .split('\n')
          .flatMap((line) => /^(?:🔥|✅).*?\*\*(.+?)\*\*/u.exec(line)?.[0] ?? []),
      ),
    }))

const ruleToMention = (id: string, severity: string | null = null) =>
  rows(
    world.db,
    `insert into notice_rule (id, source, severity, place_kind, place_id, mention)
     values (:id, 'alertmanager', :severity, 'channel', :channelId, :role)`,
    { id: newId(), severity, channelId: id, role },
  )

it('shows a group of alerts in one message while it fires, grows and is over, and in another when it fires again', async () => {
  const [one, two] = [alertOn('web-1'), alertOn('web-2')]
  const others = alertOn('other')
  const quiet = { content: '', pinged: [] }
  await alertmanagerSends(alertGroup([one, others]))
  await alertmanagerSends(alertGroup([one, two, others]))
  expect(shown()).toEqual([
    {
      ...quiet,
      title: '⚠️ HostDown: 3 firing',
      alerts: ['🔥 instance: **other**', '🔥 instance: **web-1**', '🔥 instance: **web-2**'],
    },
  ])
  await alertmanagerSends(alertGroup([one, resolved(two), others]))
  expect(shown()).toMatchObject([{ title: '⚠️ HostDown: 2 firing, 1 resolved' }])
  const over = {
    ...quiet,
    title: '✅ HostDown: resolved',
    alerts: ['✅ instance: **other**', '✅ instance: **web-1**', '✅ instance: **web-2**'],
  }
  await alertmanagerSends(alertGroup([resolved(one), resolved(two), resolved(others)]))
  expect(shown()).toEqual([over])
  await alertmanagerSends(alertGroup([one, others]))
  expect(shown()).toEqual([
    over,
    {
      ...quiet,
      title: '⚠️ HostDown: 2 firing',
      alerts: ['🔥 instance: **other**', '🔥 instance: **web-1**'],
    },
  ])
})

it('pings for what is critical and fires, once, also where that came later', async () => {
  await ruleToMention(channelId)
  await ruleToMention(pagerChannelId, 'critical')
  const critical = alertOn('db-1', { labels: { severity: 'critical' } })
  await alertmanagerSends(alertGroup([alertOn('web-1')]))
  expect(shown()).toMatchObject([{ pinged: [], title: '⚠️ HostDown: 1 firing' }])
  expect(shown(pagerChannelId)).toEqual([])

  await alertmanagerSends(alertGroup([alertOn('web-1'), critical]))
  const ping = { content: `<@&${role}>`, pinged: [role] }
  expect(shown()).toMatchObject([
    { pinged: [], title: '🚨 HostDown: 2 firing' },
    { ...ping, title: '🚨 HostDown: 2 firing' },
  ])
  expect(shown(pagerChannelId)).toMatchObject([{ ...ping, title: '🚨 HostDown: 2 firing' }])

  await alertmanagerSends(alertGroup([resolved(alertOn('web-1')), resolved(critical)]))
  const over = { title: '✅ HostDown: resolved' }
  expect(shown()).toMatchObject([{ ...over, pinged: [] }, over])
  expect(shown(pagerChannelId)).toMatchObject([over])

  await alertmanagerSends(alertGroup([critical], { groupKey: 'another' }))
  expect(shown().slice(2)).toMatchObject([{ ...ping, title: '🚨 HostDown: 1 firing' }])
})

it('attaches what a message has no room for', async () => {
  const many = Array.from({ length: 300 }, (_, at) => alertOn(`web-${at}.example.org`))
  await alertmanagerSends(alertGroup(many, { truncatedAlerts: 50 }))
  const message = discord.messagesIn(channelId).at(-1)
  expect(message?.embeds[0]?.title).toBe('⚠️ HostDown: 300 firing')
  const [file] = message?.attachments ?? []
  expect(JSON.stringify(file)).toContain('.txt')
})

const refuseNext = () =>
  discord.script({
    method: 'POST',
    path: new RegExp(`^/channels/${channelId}/messages$`),
    times: 1,
    answer: { status: 400, body: { message: 'Invalid Form Body', code: 50_035 } },
  })

it('shows a group that Discord once refused as soon as there is more to tell, or Alertmanager repeats it', async () => {
  const critical = alertOn('db-1', { labels: { severity: 'critical' } })
  await ruleToMention(channelId)
  refuseNext()
  await alertmanagerSends(alertGroup([critical]))
  expect(shown()).toEqual([])
  await alertmanagerSends(alertGroup([critical]))
  expect(shown()).toMatchObject([{ pinged: [role], title: '🚨 HostDown: 1 firing' }])

  refuseNext()
  await alertmanagerSends(alertGroup([critical], { groupKey: 'another' }))
  expect(shown()).toHaveLength(1)
  await alertmanagerSends(alertGroup([resolved(critical)], { groupKey: 'another' }))
  expect(shown().slice(1)).toMatchObject([{ title: '✅ HostDown: resolved' }])
})
