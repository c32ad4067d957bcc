import { apiErrors } from './api-error.ts'
import { param, requireValid, type ApiRequest, type Route } from './api-route.ts'
import { replyExtra } from './interaction-messages.ts'
import { tokenLifeMs } from './interaction-times.ts'
import { messageProblems, usesV2 } from './message-rules.ts'
import { createMessage, deleteMessage, editMessage } from './messages.ts'
import type { DiscordState, InteractionRecord, StoredMessage } from './state.ts'
import { messageFlags, type MessageBody } from './wire.ts'

const perToken = { count: 5, windowMs: 2000, per: 'token' }
const original = '/webhooks/:applicationId/:token/messages/:messageId'

/** What the token of an acknowledged interaction allows for 15 minutes: edits and follow-ups. */
export const webhookRoutes: Route[] = [
  {
    method: 'POST',
    path: '/webhooks/:applicationId/:token',
    auth: false,
    limit: perToken,
    handle(request, state) {
      const record = acknowledgedInteraction(request, state)
      const body = (request.body ?? {}) as MessageBody
      requireValid(state, request, 'IncomingWebhookRequestPartial', () => messageProblems(body, usesV2(body)))
      const thinking = thinkingMessage(state, record)
      // The first follow-up of a deferred answer takes the place of "thinking...", with the visibility chosen there.
      if (thinking) editMessage(state, thinking, body, request.files)
      const stored = thinking ?? followUp(state, record, body, request)
      return { status: 200, body: stored.message }
    },
  },
  {
    method: 'GET',
    path: original,
    auth: false,
    limit: perToken,
    handle: (request, state) => ({ status: 200, body: ownMessage(request, state).message }),
  },
  {
    method: 'PATCH',
    path: original,
    auth: false,
    limit: perToken,
    handle(request, state) {
      const stored = ownMessage(request, state)
      const body = (request.body ?? {}) as MessageBody
      requireValid(state, request, 'IncomingWebhookUpdateRequestPartial', () =>
        messageProblems(body, usesV2(body) || usesV2(stored.message)),
      )
      editMessage(state, stored, body, request.files)
      return { status: 200, body: stored.message }
    },
  },
  {
    method: 'DELETE',
    path: original,
    auth: false,
    limit: perToken,
    handle(request, state) {
      deleteMessage(state, ownMessage(request, state))
      return { status: 204 }
    },
  },
]

/** @throws ApiError 50027 for a token that is unknown or over 15 minutes old, 10015 before the acknowledgement. */
function acknowledgedInteraction(request: ApiRequest, state: DiscordState): InteractionRecord {
  if (param(request, 'applicationId') !== state.applicationId) throw apiErrors.unknownWebhook()
  const record = state.interactions.get(param(request, 'token'))
  if (!record || state.now() - record.createdAt > tokenLifeMs) throw apiErrors.invalidWebhookToken()
  if (record.acknowledgedAt === undefined) throw apiErrors.unknownWebhook()
  return record
}

function ownMessage(request: ApiRequest, state: DiscordState): StoredMessage {
  const record = acknowledgedInteraction(request, state)
  const asked = param(request, 'messageId')
  const id = asked === '@original' ? record.originalId : asked
  const owned = id !== undefined && (id === record.originalId || record.followUpIds.includes(id))
  const stored = owned ? state.messages.get(id) : undefined
  if (!stored || stored.deleted) throw apiErrors.unknownMessage()
  return stored
}

function followUp(
  state: DiscordState,
  record: InteractionRecord,
  body: MessageBody,
  { files }: ApiRequest,
): StoredMessage {
  const ephemeral = ((body.flags ?? 0) & messageFlags.ephemeral) !== 0
  const stored = createMessage(state, {
    channelId: record.channelId,
    body,
    files,
    ...(ephemeral ? { visibleTo: record.user.id } : {}),
    extra: replyExtra(record, record.originalId),
  })
  record.followUpIds.push(stored.message.id)
  return stored
}

function thinkingMessage(state: DiscordState, { originalId }: InteractionRecord): StoredMessage | undefined {
  const stored = originalId === undefined ? undefined : state.messages.get(originalId)
  return stored && !stored.deleted && (stored.message.flags & messageFlags.loading) !== 0 ? stored : undefined
}
