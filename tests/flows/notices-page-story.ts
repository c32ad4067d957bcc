import { expect } from 'vitest'
import { newApiToken } from '../../domain/rules/api-token.ts'
import { rows } from '../../domain/store/database.ts'
import { endAlerts } from '../../domain/store/incidents/end-alerts.ts'
import { hashOf } from '../../domain/rules/secret-hash.ts'
import { newId } from '../../domain/store/new-id.ts'
import { type Alert, type AlertTo, raiseAlert } from '../../domain/store/incidents/raise-alert.ts'
import type { DiscordMessage } from '../../sandbox/discord/stand-in.ts'
import { startTestDiscord } from '../_support/discord.ts'
import { startTestMailSink } from '../_support/servers.ts'
import { createWorld, testLog, waitUntil } from '../_support/world.ts'
import { startTestApi } from '../api/api-server.ts'
import { deliver, webhookSecret } from '../api/hooks/github-hook.ts'
import type { Recorded } from './notices-page.ts'

export const discordNames = {
  token: 'a.token.for-tests',
  applicationId: '200000000000000001',
  guildId: '300000000000000001',
}
const alertmanagerToken = 'alertmanager-shows-this-one'
export const opsAddress = 'ops@example.org'
/** A channel for each recording: Discord takes five messages in five seconds in each. */
const channels = Array.from({ length: 40 }, (_, at) => ({
  id: String(700_000_000_000_000_001n + BigInt(at)),
  name: `channel-${at}`,
}))
const firstAccount = 600_000_000_000_000_000n
const onCall = '500000000000000001'

/** What is recorded under this heading, and what brings it. */
export type Step = Pick<Recorded, 'heading' | 'remark' | 'titlesOnly'> & { tell: () => Promise<unknown> }

export type NoticesStory = Awaited<ReturnType<typeof startNoticesStory>>

/** All that tells, and a Discord and a mail server that keep what they are told. `locale`: the server's, and that of its members. */
export async function startNoticesStory({ locale = 'en-US' }: { locale?: string } = {}) {
  const [first] = channels
  const alertTo: AlertTo = { channelId: first?.id ?? null, mailTo: null }
  const [discord, mail] = await Promise.all([
    startTestDiscord({ ...discordNames, channels, preferredLocale: locale }),
    startTestMailSink(),
  ])
  const api = await startTestApi(undefined, {
    settings: {
      alertmanagerToken,
      githubWebhookSecret: webhookSecret,
      workflowChannelId: alertTo.channelId,
      alertTo,
    },
  })
  const world = await createWorld({ databaseUrl: api.databaseUrl })
  const { db } = world
  // What the bot says of its server when it comes.
  await rows(db, 'update installation set guild_id = :guildId, locale = :locale', { ...discordNames, locale })
  const startWorker = () =>
    world.worker(
      {},
      {
        DISCORD_TOKEN: discordNames.token,
        DISCORD_API_URL: discord.url,
        DISCORD_ALERT_CHANNEL_ID: alertTo.channelId ?? '',
        SMTP_URL: mail.url,
        ALERT_MAIL_TO: opsAddress,
        // It would end what nothing but this story knows of.
        SWEEP_INTERVAL_S: '3600',
      },
    )
  let worker = await startWorker()
  await world.mirrored()
  Object.assign(api.context.settings, { url: await api.server.listen({ host: '127.0.0.1', port: 0 }) })
  const alerting = { db, log: testLog, alertTo }
  let at = 0
  let linked = 0
  const watched = channels.at(-1)?.id ?? ''

  const channel = (): string => channels[at]?.id ?? ''

  /** Everything goes to a channel of its own from now on. */
  async function moveOn(): Promise<void> {
    at += 1
    await rows(db, 'delete from notice_rule')
    await rule({ placeId: channel() })
  }

  const rule = (more: { placeId: string; placeKind?: 'channel' | 'mail'; event?: string }) =>
    rows(
      db,
      `insert into notice_rule (id, event, place_kind, place_id) values (:id, :event, :placeKind, :placeId)`,
      { id: newId(), event: null, placeKind: 'channel', ...more },
    )

  const allTold = () =>
    waitUntil('everything was told', async () => {
      const waiting = await rows(
        db,
        `with hurried as (update notice set due_at = now() where state = 'queued' and due_at > now() returning 1)
         select pg_notify('outbox', ''), (select count(*) from hurried) from notice where state = 'queued'
         union all select pg_notify('outbox', ''), 0 from mail where state = 'queued'`,
      )
      return waiting.length === 0 ? true : null
    })

  /** Does in turn what brings notices: under each heading is what is new or edited since. */
  async function record(...steps: Step[]): Promise<Recorded[]> {
    await moveOn()
    const recorded: Recorded[] = []
    for (const { tell, ...about } of steps) {
      const before = new Set(discord.messagesIn(channel()).map(asShown))
      const mailed = mail.messages.length
      await tell()
      await allTold()
      recorded.push({
        ...about,
        messages: structuredClone(discord.messagesIn(channel()).filter((one) => !before.has(asShown(one)))),
        mails: mail.messages.slice(mailed),
      })
    }
    return recorded
  }

  return {
    api,
    world,
    discord,
    mail,
    /** Nothing but what the bot says goes here. */
    watched,
    channel,
    record,
    allTold,
    rule,
    /** Two minutes after the last worker has ended. */
    stopWorker: async () => {
      await worker.stop()
      await rows(db, `update installation set worker_seen_at = now() - interval '2 minutes'`)
    },
    startWorker: async () => {
      worker = await startWorker()
    },
    /** A Discord account of somebody; gives its id. */
    link: async (uid: string): Promise<string> => {
      linked += 1
      const { id } = discord.addUser({ id: String(firstAccount + BigInt(linked)), username: uid })
      await rows(
        db,
        'insert into discord_link (id, discord_user_id, member_id, locale) values (:link, :id, :memberId, :locale)',
        { link: newId(), id, memberId: await world.memberId(uid), locale },
      )
      return id
    },
    /** From now on everything goes to this address only. */
    mailOnly: async () => {
      await rows(db, 'delete from notice_rule')
      await rule({ placeKind: 'mail', placeId: opsAddress })
    },
    /** From now on somebody is called here for what is critical. */
    callSomebody: () => rows(db, 'update notice_rule set mention = :onCall', { onCall }),
    github: async (event: string, payload: object) => {
      expect((await deliver(api, event, asOfNow(payload))).status).toBe(202)
      await allTold()
    },
    /** Has what GitHub says wait for two hours. */
    whileDiscordIsAway: async (deliveries: readonly (readonly [event: string, payload: object])[]) => {
      await rows(
        db,
        `insert into destination (kind, id, failures, resume_at) values ('channel', :id, 1, now() + interval '1 day')`,
        { id: channel() },
      )
      for (const [event, payload] of deliveries)
        expect((await deliver(api, event, asOfNow(payload))).status).toBe(202)
      await rows(
        db,
        `with aged as (
           update notice set created_at = created_at - interval '2 hours' where state = 'queued' returning topic_id),
         past as (
           update topic set happened_at = happened_at - interval '2 hours' where id in (select topic_id from aged))
         delete from destination where kind = 'channel' and id = :id`,
        { id: channel() },
      )
    },
    alertmanager: async (payload: object) => {
      const headers = { authorization: `Bearer ${alertmanagerToken}` }
      const url = '/api/v1/hooks/alertmanager'
      const answer = await api.server.inject({ method: 'POST', url, headers, payload })
      expect(answer.statusCode).toBe(202)
      await allTold()
    },
    developer: async (payload: object) => {
      const headers = { authorization: `Bearer ${await tokenOf('ada')}` }
      const answer = await api.server.inject({ method: 'POST', url: '/api/v1/notices', headers, payload })
      expect(answer.statusCode).toBe(202)
    },
    raise: (alert: Alert, to: AlertTo = alertTo) => raiseAlert({ ...alerting, alertTo: to }, alert),
    /** It has lasted for five minutes. */
    hasLasted,
    end: async (key: string) => {
      await hasLasted(key)
      await endAlerts(alerting, [key])
    },
  }

  async function hasLasted(key: string): Promise<void> {
    await rows(db, `update incident set began_at = now() - interval '5 minutes' where key = :key`, { key })
  }

  async function tokenOf(uid: string): Promise<string> {
    const id = await world.memberId(uid)
    await api.sql('update member set notices_allowed = true where id = $1', [id])
    const bearer = newApiToken()
    await api.sql(
      `insert into api_token (id, token_hash, member_id, name, scopes, expires_at)
       values ($1, $2, $3, 'backup', '{notices}', now() + interval '1 day')`,
      [newId(), hashOf(bearer), id],
    )
    return bearer
  }
}

/** What a reader sees of a message: one that was edited differs. */
export const asShown = ({ id, content, embeds, components, attachments }: DiscordMessage): string =>
  JSON.stringify([id, content, embeds, components, attachments])

/** The same, the last thing in it having happened just now: nothing is told late. */
function asOfNow(payload: object): object {
  const moment = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g
  const text = JSON.stringify(payload)
  const last = Math.max(...(text.match(moment) ?? []).map((found) => Date.parse(found)))
  const later = Date.now() - last
  return JSON.parse(
    text.replaceAll(moment, (found) => new Date(Date.parse(found) + later).toISOString()),
  ) as object
}
