import { channelPayload, memberPayload, permissionsOf, userPayload } from './guild-payloads.ts'
import { interactionTypes, type DiscordState, type InteractionRecord, type StoredMessage } from './state.ts'

/**
 * An interaction as INTERACTION_CREATE carries it.
 * https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object
 * @throws when the person is not in the server, or there is no such channel.
 */
export function interactionPayload(
  state: DiscordState,
  record: InteractionRecord,
  data: Record<string, unknown>,
  source: StoredMessage | undefined,
  locale: string,
): Record<string, unknown> {
  const { id, token, kind, user, channelId } = record
  const channel = state.channels.get(channelId)
  if (!channel) throw new Error(`There is no channel ${channelId}`)
  const inDm = channel.recipientId !== undefined
  if (!inDm && !state.members.has(user.id)) throw new Error(`${user.username} is not in the server`)
  const person = inDm
    ? { user: userPayload(state, user.id), context: 1 }
    : {
        member: { ...memberPayload(state, user.id), permissions: permissionsOf(state, user.id) },
        guild_id: state.guildId,
        guild: { id: state.guildId, locale: 'en-US', features: [] },
        guild_locale: 'en-US',
        context: 0,
      }
  return {
    id,
    application_id: state.applicationId,
    type: interactionTypes[kind],
    token,
    version: 1,
    data,
    channel_id: channelId,
    channel: { ...channelPayload(state, channel), permissions: permissionsOf(state, state.applicationId) },
    locale,
    app_permissions: permissionsOf(state, state.applicationId),
    entitlements: [],
    authorizing_integration_owners: { '0': state.guildId },
    attachment_size_limit: 10_485_760,
    ...person,
    ...(source ? { message: source.message } : {}),
  }
}
