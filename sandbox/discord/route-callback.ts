import { apiErrors } from './api-error.ts'
import { param, type ApiAnswer, type ApiRequest, type Route } from './api-route.ts'
import { callbackTypes, validCallback, type Callback } from './callback.ts'
import { replyExtra, sourceMessage } from './interaction-messages.ts'
import { acknowledgeWithinMs } from './interaction-times.ts'
import { createMessage, editMessage } from './messages.ts'
import {
  interactionTypes,
  noteChange,
  type DiscordState,
  type InteractionRecord,
  type StoredMessage,
} from './state.ts'
import { messageFlags, type DiscordMessage, type ModalComponent } from './wire.ts'

/** The first answer to an interaction, due within 3 seconds and only once. */
export const callbackRoute: Route = {
  method: 'POST',
  path: '/interactions/:interactionId/:token/callback',
  auth: false,
  limit: { count: 10, windowMs: 1000, per: 'token' },
  handle: acknowledge,
}

function acknowledge(request: ApiRequest, state: DiscordState): ApiAnswer {
  const receivedAt = state.now()
  const record = state.interactions.get(param(request, 'token'))
  if (!record || record.id !== param(request, 'interactionId')) throw apiErrors.unknownInteraction()
  if (record.acknowledgedAt !== undefined) throw apiErrors.alreadyAcknowledged()
  if (receivedAt - record.createdAt > acknowledgeWithinMs) throw apiErrors.unknownInteraction()
  const callback = validCallback(request, state, record)
  const stored = acknowledgedAt(receivedAt, record, () => carryOut(state, record, callback, request))
  noteChange(state)
  if (request.query.get('with_response') !== 'true') return { status: 204 }
  return { status: 200, body: callbackResponse(record, callback.type, stored?.message) }
}

/** Who waits hears of a message as soon as it is there: by then it has to be known that it came in time. */
function acknowledgedAt<Done>(receivedAt: number, record: InteractionRecord, carriesOut: () => Done): Done {
  record.acknowledgedAt = receivedAt
  try {
    return carriesOut()
  } catch (error) {
    delete record.acknowledgedAt
    throw error
  }
}

function carryOut(
  state: DiscordState,
  record: InteractionRecord,
  { type, data }: Callback,
  request: ApiRequest,
): StoredMessage | undefined {
  const body = data ?? {}
  const { reply, deferReply, deferUpdate, choices, modal } = callbackTypes
  if (type === choices) {
    record.choices = body.choices ?? []
    return undefined
  }
  if (type === modal) {
    record.modal = {
      customId: body.custom_id ?? '',
      title: body.title ?? '',
      components: (body.components ?? []) as ModalComponent[],
    }
    return undefined
  }
  if (type === reply || type === deferReply) {
    record.ephemeral = ((body.flags ?? 0) & messageFlags.ephemeral) !== 0
    const stored = createMessage(state, {
      channelId: record.channelId,
      body: type === deferReply ? {} : body,
      files: request.files,
      thinking: type === deferReply,
      ...(record.ephemeral ? { visibleTo: record.user.id } : {}),
      extra: replyExtra(record, record.source?.messageId),
    })
    record.deferred = type === deferReply
    record.originalId = stored.message.id
    return stored
  }
  const stored = sourceMessage(state, record)
  if (!stored) throw apiErrors.unknownMessage()
  record.deferred = type === deferUpdate
  record.ephemeral = stored.visibleTo !== null
  record.originalId = stored.message.id
  if (type !== deferUpdate) editMessage(state, stored, body, request.files)
  return stored
}

function callbackResponse(record: InteractionRecord, type: number, message: DiscordMessage | undefined) {
  const { id, kind, ephemeral, deferred } = record
  return {
    interaction: {
      id,
      type: interactionTypes[kind],
      ...(message
        ? {
            response_message_id: message.id,
            response_message_loading: deferred,
            response_message_ephemeral: ephemeral,
          }
        : {}),
    },
    resource: { type, ...(message && type !== callbackTypes.deferUpdate ? { message } : {}) },
  }
}
