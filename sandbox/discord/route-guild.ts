import { apiErrors } from './api-error.ts'
import { param, type ApiRequest, type Route } from './api-route.ts'
import { guildPayload, userPayload } from './guild-payloads.ts'
import type { DiscordState } from './state.ts'

const reading = { count: 50, windowMs: 1000 }
/** GATEWAY_GUILD_MEMBERS_LIMITED: the Server Members Intent is switched on. */
const membersIntentFlag = 1 << 15

/** The bot about itself, the server and its roles. */
export const guildRoutes: Route[] = [
  {
    method: 'GET',
    path: '/users/@me',
    auth: true,
    limit: reading,
    handle: (_request, state) => ({
      status: 200,
      body: {
        ...userPayload(state, state.applicationId),
        locale: 'en-US',
        mfa_enabled: false,
        verified: true,
      },
    }),
  },
  {
    method: 'GET',
    path: '/users/:userId',
    auth: true,
    limit: reading,
    handle: (request, state) => ({ status: 200, body: userPayload(state, param(request, 'userId')) }),
  },
  ...['/applications/@me', '/oauth2/applications/@me'].map((path): Route => ({
    method: 'GET',
    path,
    auth: true,
    limit: reading,
    handle: (_request, state) => ({
      status: 200,
      body: {
        id: state.applicationId,
        name: state.botUser.username,
        icon: null,
        description: '',
        summary: '',
        bot_public: false,
        bot_require_code_grant: false,
        verify_key: '0'.repeat(64),
        flags: state.membersIntent ? membersIntentFlag : 0,
        bot: state.botUser,
      },
    }),
  })),
  {
    method: 'GET',
    path: '/guilds/:guildId',
    auth: true,
    limit: reading,
    handle(request, state) {
      requireGuild(request, state)
      const counts =
        request.query.get('with_counts') === 'true' ? { approximate_member_count: state.members.size } : {}
      return { status: 200, body: { ...guildPayload(state), ...counts } }
    },
  },
  {
    method: 'GET',
    path: '/guilds/:guildId/roles',
    auth: true,
    limit: reading,
    handle(request, state) {
      requireGuild(request, state)
      return { status: 200, body: [...state.roles.values()] }
    },
  },
  {
    method: 'GET',
    path: '/guilds/:guildId/roles/:roleId',
    auth: true,
    limit: reading,
    handle(request, state) {
      requireGuild(request, state)
      const role = state.roles.get(param(request, 'roleId'))
      if (!role) throw apiErrors.unknownRole()
      return { status: 200, body: role }
    },
  },
]

/** @throws ApiError 10004 for any server but the one that there is. */
export function requireGuild(request: ApiRequest, state: DiscordState): void {
  if (param(request, 'guildId') !== state.guildId) throw apiErrors.unknownGuild()
}
