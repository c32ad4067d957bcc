import { type APIMessage, type Client, DiscordAPIError, Routes } from 'discord.js'
import { pause } from '../../domain/rules/pause.ts'
import { localeFor, locales, type Translate } from '../../texts/translate.ts'
import { askReady, type Readiness } from './ask-ready.ts'
import type { BotContext } from '../context.ts'
import type { BotTiming } from '../turn.ts'

/** What is wrong with the service, when nobody else is there to tell it. */
type Outage = Exclude<Readiness, 'well'>

/** How it is, and since when it was seen to be so. */
type Seen = { readiness: Readiness; since: number }

/** The message that tells of an outage, and since when it lasts. */
type Told = { outage: Outage; messageId: string; since: number }

type Watch = Pick<BotContext, 'client' | 'config' | 'texts' | 'timing' | 'log' | 'stopping'> & {
  channelId: string
}

/**
 * Asks the API again and again how it is, and tells admins by itself when it has been silent for a minute or no worker lives, and when
 * that is over: those who tell them otherwise are away then. Settles when the bot is about to end.
 */
export async function watchService(context: BotContext): Promise<void> {
  const channelId = context.config.discord.alertChannelId
  if (channelId === undefined) return
  const watch: Watch = { ...context, channelId }
  const { timing, stopping, log } = watch
  let told: Told | null | undefined
  let seen: Seen = { readiness: 'well', since: Date.now() }
  while (!stopping.aborted) {
    const readiness = await askReady(watch.config.apiUrl, timing.readyWithinMs)
    if (readiness !== seen.readiness) seen = { readiness, since: Date.now() }
    const outage = lasting(seen, timing)
    try {
      // One that was told before the bot was started anew, or that Discord took and did not say so: nobody is told twice, or waits for the
      // end for ever.
      if (told === undefined) told = await findTold(watch)
      told = await tell(watch, told, outage, seen.since)
    } catch (error) {
      told = undefined
      log.warn({ err: error, outage }, 'how the service is could not be told')
    }
    await pause(timing.askEveryMs, stopping)
  }
}

/** Undefined while it may pass. */
function lasting({ readiness, since }: Seen, timing: BotTiming): Outage | null | undefined {
  if (readiness === 'well') return null
  const { silentAfterMs: silent, idleAfterMs: idle, unableAfterMs: unable } = timing
  return Date.now() - since >= { silent, idle, unable }[readiness] ? readiness : undefined
}

async function tell(
  watch: Watch,
  told: Told | null,
  outage: Outage | null | undefined,
  since: number,
): Promise<Told | null> {
  if (outage === undefined || outage === (told?.outage ?? null)) return told
  // From then on it was another outage, or none: that the API is silent does not say that a worker runs.
  if (told !== null) await sayOver(watch, told, { end: outage === null ? 'over' : 'passed', until: since })
  return outage === null ? null : say(watch, outage, since)
}

async function say(
  { client, channelId, log, ...watch }: Watch,
  outage: Outage,
  since: number,
): Promise<Told> {
  const t = inServersLanguage(client, watch)
  const content = `${t(`service.${outage}.subject`)}\n${t(`service.${outage}.wrong`, { when: momentOf(since) })}\n${t(`service.${outage}.mend`)}`
  // discord.js posts again what was answered 5xx.
  const nonce = `${outage}-${since}`
  const body = { content, nonce, enforce_nonce: true, allowed_mentions: { parse: [] } }
  const posted = (await client.rest.post(Routes.channelMessages(channelId), { body })) as APIMessage
  log.warn({ outage }, 'admins were told how the service is')
  return { outage, messageId: posted.id, since }
}

async function sayOver(
  { client, channelId, log, ...watch }: Watch,
  { outage, messageId, since }: Told,
  { end, until }: { end: 'over' | 'passed'; until: number },
) {
  const t = inServersLanguage(client, watch)
  const content = t(`service.${outage}.${end}`, { from: momentOf(since), until: momentOf(until) })
  const body = { content, allowed_mentions: { parse: [] } }
  await editUnlessGone(client, { channelId, messageId, body })
  log.info({ outage, end }, 'admins were told that it is over')
}

/** Nobody waits for the end of what somebody deleted, or of what is in a thread that was archived meanwhile and can't be opened. */
async function editUnlessGone(
  { rest }: Client,
  { channelId, messageId, body }: { channelId: string; messageId: string; body: object },
): Promise<void> {
  const edit = () => rest.patch(Routes.channelMessage(channelId, messageId), { body })
  try {
    await edit()
  } catch (error) {
    if (!(error instanceof DiscordAPIError)) throw error
    if (error.code === unknownMessage) return
    if (error.code !== threadIsArchived) throw error
    await rest
      .patch(Routes.channel(channelId), { body: { archived: false } })
      .then(edit)
      .catch(unlessRefused)
  }
}

const [unknownMessage, threadIsArchived] = [10_008, 50_083]

function unlessRefused(error: unknown): void {
  if (!(error instanceof DiscordAPIError)) throw error
}

/** The bot's own message about an outage that it has not said to be over, among the last ones of the channel. */
async function findTold({ client, channelId, texts }: Watch): Promise<Told | null> {
  for (const { id, author, content, timestamp } of await lastMessages(client, channelId)) {
    if (author.id !== client.user?.id) continue
    const outage = outages.find((one) =>
      locales.some((locale) => content.startsWith(texts[locale](`service.${one}.subject`))),
    )
    if (outage !== undefined)
      return { outage, messageId: id, since: saidIn(content) ?? Date.parse(timestamp) }
  }
  return null
}

/** None where the bot may not read what was written before: then it may tell once more after a new start. */
async function lastMessages(client: Client, channelId: string): Promise<APIMessage[]> {
  const query = new URLSearchParams({ limit: '100' })
  try {
    return (await client.rest.get(Routes.channelMessages(channelId), { query })) as APIMessage[]
  } catch (error) {
    if (error instanceof DiscordAPIError && error.status === 403) return []
    throw error
  }
}

const outages: readonly Outage[] = ['silent', 'unable', 'idle']

function inServersLanguage(client: Client, { config, texts }: Pick<Watch, 'config' | 'texts'>): Translate {
  return texts[localeFor(client.guilds.cache.get(config.discord.guildId)?.preferredLocale ?? 'en')]
}

const momentOf = (time: number): string => `<t:${Math.floor(time / 1000)}:T>`

/** The moment that a message of ours names: it was posted later than the outage began. */
function saidIn(content: string): number | null {
  const seconds = /<t:(\d+):T>/.exec(content)?.[1]
  return seconds === undefined ? null : Number(seconds) * 1000
}
