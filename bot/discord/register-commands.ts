import { isDeepStrictEqual } from 'node:util'
import { DiscordAPIError, type REST, type RESTGetAPIApplicationGuildCommandsResult, Routes } from 'discord.js'
import type { RESTPostAPIChatInputApplicationCommandsJSONBody as Definition } from 'discord.js'

type Place = { applicationId: string; guildId: string }

/**
 * Registers the commands for the server, unless Discord has exactly these already (it allows 200 creations a day).
 * Gives each command's id, by which a message can mention it.
 * @throws {Error} saying what to do, when Discord does not let the bot in.
 */
export async function registerCommands(
  rest: REST,
  { applicationId, guildId }: Place,
  definitions: readonly Definition[],
): Promise<{ ids: Map<string, string>; written: boolean }> {
  const route = Routes.applicationGuildCommands(applicationId, guildId)
  try {
    const query = new URLSearchParams({ with_localizations: 'true' })
    const registered = (await rest.get(route, { query })) as RESTGetAPIApplicationGuildCommandsResult
    if (isRegistered(registered, definitions)) return { ids: idsOf(registered), written: false }
    const written = (await rest.put(route, { body: definitions })) as RESTGetAPIApplicationGuildCommandsResult
    return { ids: idsOf(written), written: true }
  } catch (cause) {
    throw explained(cause, { applicationId, guildId })
  }
}

function idsOf(commands: RESTGetAPIApplicationGuildCommandsResult): Map<string, string> {
  return new Map(commands.map(({ name, id }) => [name, id]))
}

/** Whether Discord has exactly these commands, as they are described now. */
export function isRegistered(registered: readonly object[], wanted: readonly Definition[]): boolean {
  return isDeepStrictEqual(sorted(registered), sorted(wanted))
}

function sorted(commands: readonly object[]): Comparable[] {
  return commands.map((command) => comparable(command)).sort((a, b) => (a.name < b.name ? -1 : 1))
}

type Comparable = ReturnType<typeof comparable>

/** A command or option by what the bot says of it; what Discord leaves out or adds as a default means the same. */
function comparable(part: Readonly<Record<string, unknown>> | object) {
  const { type = 1, name, description, ...more } = part as Partial<Record<string, unknown>>
  const options = Array.isArray(more['options']) ? (more['options'] as object[]) : []
  return {
    type,
    name: String(name),
    description,
    descriptions: more['description_localizations'] ?? {},
    names: more['name_localizations'] ?? {},
    required: more['required'] ?? false,
    autocomplete: more['autocomplete'] ?? false,
    length: more['max_length'] ?? null,
    choices: more['choices'] ?? [],
    channels: new Set(Array.isArray(more['channel_types']) ? more['channel_types'] : []),
    permissions: more['default_member_permissions'] ?? null,
    options: options.map((option): unknown => comparable(option)),
  }
}

/** Missing Access, or no server of that id. */
const notInServer: ReadonlySet<number | string> = new Set([50_001, 10_004])
/** No application of that id, or another one's. */
const notOurs: ReadonlySet<number | string> = new Set([10_002, 20_012])

function explained(cause: unknown, { applicationId, guildId }: Place): unknown {
  if (!(cause instanceof DiscordAPIError)) return cause
  if (cause.status === 401)
    return new Error('Discord does not accept DISCORD_TOKEN. Make a new one in the developer portal.', {
      cause,
    })
  if (notOurs.has(cause.code))
    return new Error(
      `DISCORD_APPLICATION_ID (${applicationId}) is not the application to which DISCORD_TOKEN belongs. Its id is in the developer portal, under General Information.`,
      { cause },
    )
  if (!notInServer.has(cause.code)) return cause
  return new Error(`The bot is not in the server ${guildId}. Invite it: ${invitationOf(applicationId)}`, {
    cause,
  })
}

export const invitationOf = (applicationId: string): string =>
  `https://discord.com/oauth2/authorize?client_id=${applicationId}&scope=bot+applications.commands`
