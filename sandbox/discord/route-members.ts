import { apiErrors } from './api-error.ts'
import { param, requireNone, type ApiRequest, type Route } from './api-route.ts'
import { memberPayload } from './guild-payloads.ts'
import { changeRole } from './roles.ts'
import { requireGuild } from './route-guild.ts'

const roleChanges = { count: 10, windowMs: 10_000, per: 'guildId' }

/** Who is in the server, and with which roles. */
export const memberRoutes: Route[] = [
  {
    method: 'GET',
    path: '/guilds/:guildId/members',
    auth: true,
    limit: { count: 10, windowMs: 10_000, per: 'guildId' },
    handle(request, state) {
      requireGuild(request, state)
      if (!state.membersIntent) throw apiErrors.missingAccess()
      const { limit, after } = pageOf(request)
      const ids = [...state.members.keys()].filter((id) => BigInt(id) > after)
      ids.sort((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1))
      return { status: 200, body: ids.slice(0, limit).map((id) => memberPayload(state, id)) }
    },
  },
  {
    method: 'GET',
    path: '/guilds/:guildId/members/:userId',
    auth: true,
    limit: { count: 50, windowMs: 1000 },
    handle(request, state) {
      requireGuild(request, state)
      return { status: 200, body: memberPayload(state, param(request, 'userId')) }
    },
  },
  roleRoute('PUT', true),
  roleRoute('DELETE', false),
]

function roleRoute(method: 'PUT' | 'DELETE', given: boolean): Route {
  return {
    method,
    path: '/guilds/:guildId/members/:userId/roles/:roleId',
    auth: true,
    limit: roleChanges,
    handle(request, state) {
      requireGuild(request, state)
      changeRole(state, param(request, 'userId'), param(request, 'roleId'), given)
      return { status: 204 }
    },
  }
}

/** One member unless asked for more. @throws ApiError 50035 */
function pageOf({ query }: ApiRequest): { limit: number; after: bigint } {
  const limit = Number(query.get('limit') ?? 1)
  const after = query.get('after') ?? '0'
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    requireNone([{ path: ['limit'], code: 'NUMBER_TYPE_MAX', message: 'int value should be 1 to 1000.' }])
  if (!/^\d{1,20}$/.test(after))
    requireNone([
      { path: ['after'], code: 'NUMBER_TYPE_COERCE', message: `Value "${after}" is not snowflake.` },
    ])
  return { limit, after: BigInt(after) }
}
