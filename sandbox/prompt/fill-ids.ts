import type { DiscordStandIn, OptionValues } from '../discord/stand-in.ts'
import { type CommandPart, optionType } from '../discord/wire.ts'
import { requireDiscord, type Session } from './session.ts'

/** Gives the id of what is called so, or undefined; `typed` is without the sign before it. */
type Finder = (typed: string, session: Session) => string | undefined

const user: Finder = (typed, { users }) => users.get(typed.toLowerCase())?.id
const role: Finder = (typed, session) =>
  requireDiscord(session).roles.find(({ name }) => isCalled(name, typed))?.id
const channel: Finder = (typed, session) =>
  requireDiscord(session).channels.find(({ name }) => isCalled(name, typed))?.id

const finders = new Map<number, Finder>([
  [optionType.user, user],
  [optionType.role, role],
  [optionType.channel, channel],
  [optionType.mentionable, (typed, session) => role(typed, session) ?? user(typed, session)],
])

/**
 * `@bob`, `@verified` and `#general` where an option takes somebody, a role or a channel of the server: Discord sends the id.
 * @throws for what is not there.
 */
export function withIds(
  session: Session,
  options: readonly CommandPart[],
  values: OptionValues,
): OptionValues {
  const filled = { ...values }
  for (const { name, type } of options) {
    const find = finders.get(type ?? optionType.string)
    const typed = values[name]
    if (find === undefined || typeof typed !== 'string' || /^\d+$/.test(typed)) continue
    const id = find(typed.replace(/^[@#]/, ''), session)
    if (id === undefined) throw new Error(missing(requireDiscord(session), type ?? optionType.string, typed))
    filled[name] = id
  }
  return filled
}

/** The role of everybody has its sign in its name. */
function isCalled(name: string, typed: string): boolean {
  return name.replace(/^@/, '').toLowerCase() === typed.toLowerCase()
}

/** That there is no channel of that name, and which ones there are. */
export const noChannel = ({ channels }: DiscordStandIn, typed: string): string =>
  `There is no channel ${typed}; there are ${channels.map(({ name }) => `#${name}`).join(', ')}.`

function missing(discord: DiscordStandIn, type: number, typed: string): string {
  const username = typed.replace(/^@/, '').toLowerCase()
  const known = discord.roles.map(({ name }) => `@${name.replace(/^@/, '')}`).join(', ')
  switch (type) {
    case optionType.channel:
      return noChannel(discord, typed)
    case optionType.role:
      return `There is no role ${typed}; there are ${known}.`
    case optionType.mentionable:
      return `There is no role ${typed} (there are ${known}), and nobody of that name in the server yet: \`as ${username}\` brings them there.`
    default:
      return `${username} is not in the server yet: \`as ${username}\` brings them there.`
  }
}
