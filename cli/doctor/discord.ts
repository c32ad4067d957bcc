import type { RESTPostAPIChatInputApplicationCommandsJSONBody as Definition } from 'discord-api-types/v10'
import { type DiscordFailure, DiscordTokenError } from '../../adapters/discord-rest/discord-result.ts'
import type { DiscordReader } from '../../adapters/discord-rest/read-application.ts'
import { isRegistered } from '../../bot/discord/register-commands.ts'
import { judgeRole } from '../../domain/rules/judge-role.ts'
import { roleFaultLine } from '../../texts/role-alert.ts'
import { channelFinding } from './channels.ts'
import { type Area, doubtful, type Finding, refused, right, wrong } from './finding.ts'
import { ruleFindings } from './rule-findings.ts'

type DiscordSettings = {
  discord: DiscordReader
  applicationId: string | undefined
  guildId: string | undefined
  verifiedRoleId: string | undefined
  /** Channels that something is sent to, by the variable that names them. */
  channels: Readonly<Record<string, string | undefined>>
  /** Null: there is no database to read them from. */
  rules: Parameters<typeof ruleFindings>[2] | null
  /** The commands that this version has, as it describes them. */
  commands: readonly Definition[]
}

/** Whether Discord lets the bot in, and lets it do there what it is set up to do. */
export const discordArea = (settings: DiscordSettings): Area => ({
  name: 'discord',
  check: async function* () {
    const { discord, guildId, verifiedRoleId } = settings
    const application = await discord.readApplication().catch(tokenRefused)
    if (application.outcome !== 'done')
      return yield refused(
        'token',
        application,
        'Make a new token in the developer portal, and put it into DISCORD_TOKEN.',
      )
    yield right('token', `of the application ${application.name}`)
    yield applicationOf(application.id, settings.applicationId)
    yield membersIntentOf(application.hasMembersIntent, verifiedRoleId !== undefined)
    if (guildId === undefined) return
    const guild = await discord.readGuildName(guildId)
    if (guild.outcome !== 'done') return yield refused('server', guild, invitation(application.id, guildId))
    yield right('server', `the bot is in ${guild.name}`)
    const [all, own] = await Promise.all([discord.readRoles(guildId), discord.readOwnMember(guildId)])
    if (all.outcome !== 'done') return yield refused('roles', all, 'Try again in a minute.')
    if (own.outcome !== 'done') return yield refused('roles', own, 'Try again in a minute.')
    const roleIds = own.member?.roleIds ?? []
    if (verifiedRoleId !== undefined) {
      const fault = judgeRole({ guildId, roleId: verifiedRoleId, roles: all.roles, ownRoleIds: roleIds })
      yield fault === null
        ? right('role of linked members', 'may be given, stands below the bot, and moderates nothing')
        : wrong('role of linked members', roleFaultLine(fault), 'As it says; then look again.')
    }
    const bot = { id: own.member?.id ?? '', guildId, roles: all.roles, roleIds }
    for (const [variable, id] of Object.entries(settings.channels))
      yield id === undefined
        ? unset(variable)
        : await channelFinding(discord, id, bot, {
            check: variable,
            otherwise: `put the id of a channel of the server DISCORD_GUILD_ID into ${variable}`,
          })
    if (settings.rules !== null) yield* await ruleFindings(discord, bot, settings.rules)
    yield* commandsOf(await discord.readCommands(application.id, guildId), settings.commands)
  },
})

/** Discord's 401, as any other refusal. */
function tokenRefused(error: unknown): DiscordFailure {
  if (!(error instanceof DiscordTokenError)) throw error
  return { outcome: 'refused', code: 401, message: 'the token is not valid (any more)' }
}

function applicationOf(id: string, told: string | undefined): Finding {
  return told === undefined || told === id
    ? right('application', `DISCORD_APPLICATION_ID is that of the token (${id})`)
    : wrong(
        'application',
        `DISCORD_APPLICATION_ID is ${told}, but DISCORD_TOKEN belongs to ${id}`,
        `Set DISCORD_APPLICATION_ID=${id}, or take the token of the other application.`,
      )
}

function membersIntentOf(isOn: boolean, isNeeded: boolean): Finding {
  if (!isNeeded) return right('intents', 'none is needed')
  return isOn
    ? right('intents', 'Server Members Intent is on')
    : wrong(
        'intents',
        'Server Members Intent is off, so the role of linked members can’t be looked after',
        'In the developer portal open the application, under Bot, and switch on “Server Members Intent”; then restart the bot.',
      )
}

const unset = (variable: string): Finding =>
  variable === 'DISCORD_ALERT_CHANNEL_ID'
    ? doubtful(
        'alerts',
        'go to no channel',
        'Set DISCORD_ALERT_CHANNEL_ID to one that admins read (right-click it, “Copy Channel ID”).',
      )
    : right(variable, 'is not used')

type Commands = Awaited<ReturnType<DiscordReader['readCommands']>>

function* commandsOf(found: Commands, wanted: readonly Definition[]): Generator<Finding> {
  if (found.outcome !== 'done')
    return yield refused('commands', found, 'Invite the bot again with the scope applications.commands.')
  const remedy = 'Start the bot of this version: it registers them.'
  const registered = new Set(found.commands.map(({ name }) => name))
  const missing = wanted.filter(({ name }) => !registered.has(name)).map(({ name }) => `/${name}`)
  if (missing.length > 0) yield wrong('commands', `not registered: ${missing.join(', ')}`, remedy)
  else if (isRegistered(found.commands, wanted))
    yield right('commands', `all ${wanted.length} are registered`)
  else yield wrong('commands', 'those of another version are registered', remedy)
}

/** Manage Roles, and what telling notices takes in channels and threads. */
const invitedTo = 275_146_460_160n

const invitation = (applicationId: string, guildId: string): string =>
  `Invite the bot to the server ${guildId}: https://discord.com/oauth2/authorize?client_id=${applicationId}&scope=bot+applications.commands&permissions=${invitedTo}`
