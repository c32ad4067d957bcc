import { interactionTypes, type DiscordState, type InteractionRecord, type StoredMessage } from './state.ts'
import type { DiscordMessage } from './wire.ts'

/** The message whose component was used, if it is still there. */
export function sourceMessage(state: DiscordState, { source }: InteractionRecord): StoredMessage | undefined {
  const stored = source ? state.messages.get(source.messageId) : undefined
  return stored?.deleted ? undefined : stored
}

/** What marks a message as an answer to an interaction. */
export function replyExtra(
  record: InteractionRecord,
  repliesTo: string | undefined,
): Partial<DiscordMessage> {
  const { id, kind, user, channelId } = record
  return {
    type: kind === 'command' && repliesTo === undefined ? 20 : 19,
    interaction_metadata: {
      id,
      type: interactionTypes[kind],
      user: {
        id: user.id,
        username: user.username,
        discriminator: '0',
        global_name: user.globalName,
        avatar: null,
      },
      authorizing_integration_owners: {},
    },
    ...(repliesTo === undefined
      ? {}
      : { message_reference: { type: 0, message_id: repliesTo, channel_id: channelId } }),
  }
}
