import { apiErrors } from './api-error.ts'
import type { Problem } from './problems.ts'
import { param, requireNone, type ApiRequest, type Route } from './api-route.ts'
import { commandSetProblems } from './command-rules.ts'
import { noteChange, type DiscordState } from './state.ts'
import type { CommandPart, RegisteredCommand } from './wire.ts'

const path = '/applications/:applicationId/guilds/:guildId/commands'
const limit = { count: 10, windowMs: 10_000 }
const dayMs = 24 * 3_600_000
const registeredDefaults = { contexts: null, integration_types: [0], nsfw: false }

/** The commands that the server shows: read, and written as a whole. */
export const commandRoutes: Route[] = [
  {
    method: 'GET',
    path,
    auth: true,
    limit,
    handle(request, state) {
      requireScope(request, state)
      const whole = request.query.get('with_localizations') === 'true'
      return { status: 200, body: whole ? state.commands : state.commands.map(withoutLocalizations) }
    },
  },
  {
    method: 'PUT',
    path,
    auth: true,
    limit,
    handle(request, state) {
      requireScope(request, state)
      requireNone(schemaProblems(request, state))
      const wanted = request.body as CommandPart[]
      requireNone(commandSetProblems(wanted, state.description.locales()))
      countCreations(state, wanted)
      state.commands = wanted.map((command) => register(state, command))
      state.commandWrites += 1
      noteChange(state)
      return { status: 200, body: state.commands }
    },
  },
]

function requireScope(request: ApiRequest, state: DiscordState): void {
  if (param(request, 'applicationId') !== state.applicationId) throw apiErrors.unknownApplication()
  const isThere = param(request, 'guildId') === state.guildId && state.members.has(state.applicationId)
  if (!isThere) throw apiErrors.missingAccess()
}

function schemaProblems({ body }: ApiRequest, state: DiscordState): Problem[] {
  if (!Array.isArray(body))
    return [{ path: [], code: 'LIST_TYPE_CONVERT', message: 'Only iterables may be used.' }]
  return body.flatMap((command, index) =>
    state.description
      .check('ApplicationCommandUpdateRequest', command)
      .map((problem) => ({ ...problem, path: [index, ...problem.path] })),
  )
}

/** Commands of a new name are creations, of which a server allows 200 in a day. @throws ApiError 30034 */
function countCreations(state: DiscordState, wanted: CommandPart[]): void {
  const known = new Set(state.commands.map(({ name }) => name))
  const created = wanted.filter(({ name }) => !known.has(name)).map(() => state.now())
  const today = state.commandCreations.filter((at) => at > state.now() - dayMs)
  if (today.length + created.length > 200) throw apiErrors.tooManyCommandCreates()
  state.commandCreations.splice(0, Infinity, ...today, ...created)
}

/** A command as Discord gives it back: its own id kept by name, defaults filled in, empty and false parts dropped. */
function register(state: DiscordState, command: CommandPart): RegisteredCommand {
  const known = state.commands.find(({ name }) => name === command.name)
  const { default_member_permissions: permissions, options, ...rest } = command
  return {
    ...registeredDefaults,
    ...rest,
    id: known?.id ?? state.nextId(),
    application_id: state.applicationId,
    guild_id: state.guildId,
    version: state.nextId(),
    type: command.type ?? 1,
    description: command.description ?? '',
    name_localizations: command.name_localizations ?? null,
    description_localizations: command.description_localizations ?? null,
    default_member_permissions:
      permissions === undefined || permissions === null ? null : String(permissions),
    ...(options?.length ? { options: options.map(registeredOption) } : {}),
  }
}

function registeredOption({ required, autocomplete, choices, options, ...rest }: CommandPart): CommandPart {
  return {
    ...rest,
    ...(required ? { required } : {}),
    ...(autocomplete ? { autocomplete } : {}),
    ...(choices?.length ? { choices } : {}),
    ...(options?.length ? { options: options.map(registeredOption) } : {}),
  }
}

/** What one gets who does not ask for `with_localizations=true`. */
function withoutLocalizations<T>(part: T): T {
  if (Array.isArray(part)) return part.map(withoutLocalizations) as T
  if (typeof part !== 'object' || part === null) return part
  return Object.fromEntries(
    Object.entries(part)
      .filter(([key]) => !key.endsWith('_localizations'))
      .map(([key, value]) => [key, withoutLocalizations(value)]),
  ) as T
}
