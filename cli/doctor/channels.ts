import type { DiscordReader } from '../../adapters/discord-rest/read-application.ts'
import { type BotMember, heldIn, lackingOf, takesPermission } from '../../domain/rules/channel-permissions.ts'
import { doubtful, type Finding, refused, right, wrong } from './finding.ts'

/** What a check is called, and what else can be done where the channel can’t be mended: “put the id …”. */
type Named = { check: string; otherwise: string }

const toMention = 'Mention @everyone, @here, and All Roles'
const toModerate = 'Manage Threads'
const toAttach = 'Attach Files'

/** Whether the bot may tell notices in a channel or thread, and ping there whom they are to ping. */
export async function channelFinding(
  discord: DiscordReader,
  id: string,
  bot: BotMember,
  { check, otherwise }: Named,
  mention: string | null = null,
): Promise<Finding> {
  const found = await discord.readChannel(id)
  if (found.outcome !== 'done') return refused(check, found, `Let the bot see the channel, or ${otherwise}.`)
  const { channel } = found
  const { isLocked } = channel
  const [name, isThread] = [`#${channel.name}`, channel.kind === 'thread']
  if (channel.guildId !== bot.guildId)
    return wrong(check, `${name} is in another server`, asSentence(otherwise))
  if (channel.kind === null)
    return wrong(check, `${name} is none that messages are posted in`, asSentence(otherwise))
  const role = bot.roles.find((one) => one.id === mention)
  if (mention !== null && mention !== 'here' && role === undefined)
    return wrong(check, `the role ${mention} that is to be mentioned is gone`, asSentence(otherwise))
  const mentions = mention !== null && takesPermission(mention, bot.roles)
  const lacking = lackingOf(heldIn(channel, bot), { isThread, isLocked, mentions })
  if (lacking.length === 0) return right(check, `the bot may post in ${name}`)
  const says = `in ${name} the bot lacks ${lacking.join(', ')}`
  const give = `In the channel’s settings under Permissions give the bot’s role: ${lacking.join(', ')}`
  if (lacking.includes(toModerate))
    return wrong(
      check,
      `${name} is locked, and the bot lacks ${lacking.join(', ')}`,
      `Unlock the thread; or ${lower(give)}; or ${otherwise}.`,
    )
  if (lacking.every((one) => one === toMention))
    return wrong(
      check,
      `${says}, so @${role?.name ?? 'here'} is not pinged`,
      `${give}${role ? '; or let anybody mention the role, in its own settings' : ''}; or ${otherwise}.`,
    )
  if (lacking.every((one) => one === toAttach))
    return doubtful(check, `${says}: of what is longer than a message the rest is not told`, `${give}.`)
  return wrong(check, says, `${give}; or ${otherwise}.`)
}

const lower = (said: string): string => `${said[0]?.toLowerCase()}${said.slice(1)}`
const asSentence = (said: string): string => `${said[0]?.toUpperCase()}${said.slice(1)}.`
