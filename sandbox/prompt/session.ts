import { styleText } from 'node:util'
import { Locale } from 'discord-api-types/v10'
import { accountIdOf } from '../account-id.ts'
import type { DiscordMessage, DiscordStandIn, DiscordUser, InteractionHandle } from '../discord/stand-in.ts'
import { people } from '../people.ts'
import type { System } from '../start/start-system.ts'
import { highlight } from './highlight.ts'
import type { Cookies } from './link-page.ts'
import type { Screen } from './screen.ts'
import { buttonsOf, showMessage } from './show-message.ts'

/** Who sits at the prompt, and what they have in front of them. */
export type Session = {
  system: System
  screen: Screen
  me: DiscordUser | null
  /** Everybody who was here, by user name. */
  users: Map<string, DiscordUser>
  /** What the newest message came with: `click` and `select` mean this one. */
  last: InteractionHandle | null
  /** The message of a channel, or direct message, that was looked at since: then `click` means this one. */
  lookedAt: DiscordMessage | null
  /** What showed the modal that waits to be filled in. */
  dialog: InteractionHandle | null
  /** Replies that the bot may still edit, with whom they answer and how many versions of each were shown. */
  watched: { handle: InteractionHandle; by: string; shown: number }[]
  /** The digits that a sign-in page showed last. */
  code: string | null
  /** What the others have in front of them, who sat here before, by user name. */
  others: Map<string, Pick<Session, 'last' | 'dialog' | 'code'>>
  /** What the sign-in pages gave to keep. */
  cookies: Cookies
  /** Hints that were given once already. */
  hinted: Set<string>
  /** Names of lists and people, for completion. */
  listNames: string[]
}

/** Nobody sits there yet. */
export function createSession(system: System, screen: Screen): Session {
  return {
    system,
    screen,
    me: null,
    users: new Map((system.discord?.members ?? []).map((user) => [user.username, user])),
    last: null,
    lookedAt: null,
    dialog: null,
    watched: [],
    code: null,
    others: new Map(),
    cookies: new Map(),
    hinted: new Set(),
    listNames: [],
  }
}

/** @throws {Error} when Discord is the real one. */
export function requireDiscord({ system }: Session): DiscordStandIn {
  if (system.discord !== null) return system.discord
  throw new Error('DISCORD_TOKEN is set, so the bot is in the real Discord: type its commands there.')
}

/** Becomes the Discord user of that name; the same one, with the same id, at every start. */
export function actAs(session: Session, name: string, language?: string): DiscordUser {
  const discord = requireDiscord(session)
  const username = name.toLowerCase()
  if (!/^[a-z0-9_.]{2,32}$/.test(username))
    throw new Error(`“${name}” is no name for a Discord user: 2 to 32 of a-z, 0-9, _ and .`)
  const locale = language === undefined ? undefined : localeCalled(language)
  const known = session.users.get(username)
  if (known === undefined) {
    const isInvented = session.system.passwordOf !== null
    const globalName = isInvented ? people.find(({ uid }) => uid === username)?.cn : undefined
    const user = { id: accountIdOf(username), username, ...(locale === undefined ? {} : { locale }) }
    session.users.set(username, discord.addUser(globalName === undefined ? user : { ...user, globalName }))
  } else if (locale !== undefined) session.users.set(username, discord.speak(known.id, locale))
  const me = session.users.get(username)
  if (me === undefined) throw new Error(`${username} is not there`)
  if (session.me?.username !== username) {
    const { last, dialog, code } = session
    if (session.me !== null) session.others.set(session.me.username, { last, dialog, code })
    Object.assign(session, session.others.get(username) ?? { last: null, dialog: null, code: null })
    // Everybody reads a channel; direct messages are of one alone.
    if (!discord.channels.some(({ id }) => id === session.lookedAt?.channel_id)) session.lookedAt = null
  }
  session.me = me
  return me
}

/** @throws for a language that Discord is not to be had in. */
function localeCalled(language: string): string {
  const locales = Object.values(Locale)
  const locale = locales.find((one) => one.toLowerCase() === language.toLowerCase())
  if (locale !== undefined) return locale
  throw new Error(`Discord has no language “${language}”. It has ${locales.toSorted().join(', ')}.`)
}

/** Whoever was chosen; Alice when nobody was. */
export function whoAmI(session: Session): DiscordUser {
  if (session.me !== null) return session.me
  const alice = actAs(session, 'alice')
  session.screen.print(styleText('dim', '  You are alice now (as bob makes you somebody else).'))
  return alice
}

/** Shows a message, and below it the whole addresses of its links. `note`: said beside the bot’s name. */
export function print(session: Session, message: DiscordMessage, note: string): void {
  const names = new Map([
    ...[...session.users.values()].map(({ id, username }) => [id, username] as const),
    ...(session.system.discord?.channels ?? []).map(({ id, name }) => [id, name] as const),
  ])
  const nameOf = (id: string) => names.get(id) ?? id
  session.screen.print(showMessage(message, { width: session.screen.width, note, nameOf }))
  for (const { url } of buttonsOf(message))
    if (url) session.screen.print(`  ${styleText('dim', '↗')} ${styleText('underline', url)}`)
}

/** A grey line below something, of what could be done next; `once` gives it only the first time. */
export function hint(session: Session, text: string, once?: string): void {
  if (once !== undefined && session.hinted.has(once)) return
  if (once !== undefined) session.hinted.add(once)
  session.screen.print(`  ${styleText('dim', '→')} ${highlight(text)}`)
}
