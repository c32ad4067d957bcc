import { apiErrors } from './api-error.ts'
import { param, requireNone, requireValid, type ApiRequest, type Route } from './api-route.ts'
import { requireMayPost, requireVisible } from './channel-access.ts'
import { channelPayload } from './guild-payloads.ts'
import { messageProblems, usesV2 } from './message-rules.ts'
import { createMessage, deleteMessage, editMessage, messagePage, publicMessage } from './messages.ts'
import { messageOfNonce, rememberNonce } from './nonces.ts'
import { noteChange, type Channel, type DiscordState } from './state.ts'
import { editThreadByBot, openByMessage, requireEditable } from './threads.ts'
import type { MessageBody } from './wire.ts'

const perChannel = { count: 5, windowMs: 5000, per: 'channelId' }
const reading = { count: 50, windowMs: 1000, per: 'channelId' }

/** Channels and what is said in them. */
export const messageRoutes: Route[] = [
  {
    method: 'POST',
    path: '/users/@me/channels',
    auth: true,
    limit: { count: 50, windowMs: 1000 },
    handle(request, state) {
      requireValid(state, request, 'CreatePrivateChannelRequest')
      const { recipient_id } = request.body as { recipient_id?: string | null }
      return { status: 200, body: channelPayload(state, openDm(state, recipient_id ?? '')) }
    },
  },
  {
    method: 'GET',
    path: '/channels/:channelId',
    auth: true,
    limit: reading,
    handle(request, state) {
      const channel = channelOf(request, state)
      requireVisible(state, channel)
      return { status: 200, body: channelPayload(state, channel) }
    },
  },
  {
    method: 'PATCH',
    path: '/channels/:channelId',
    auth: true,
    limit: perChannel,
    handle(request, state) {
      const channel = channelOf(request, state)
      requireValid(state, request, 'UpdateThreadRequestPartial')
      requireVisible(state, channel)
      editThreadByBot(state, channel, request.body ?? {})
      return { status: 200, body: channelPayload(state, channel) }
    },
  },
  {
    method: 'GET',
    path: '/channels/:channelId/messages',
    auth: true,
    limit: reading,
    handle(request, state) {
      const channel = channelOf(request, state)
      requireVisible(state, channel)
      const limit = Number(request.query.get('limit') ?? 50)
      if (!Number.isInteger(limit) || limit < 1 || limit > 100)
        requireNone([{ path: ['limit'], code: 'NUMBER_TYPE_MAX', message: 'int value should be 1 to 100.' }])
      const [before, after] = [snowflakeIn(request, 'before'), snowflakeIn(request, 'after')]
      return { status: 200, body: messagePage(state, channel.id, { before, after, limit }) }
    },
  },
  {
    method: 'POST',
    path: '/channels/:channelId/messages',
    auth: true,
    limit: perChannel,
    handle(request, state) {
      const channel = channelOf(request, state)
      const body = (request.body ?? {}) as MessageBody
      requireValid(state, request, 'MessageCreateRequest', () => messageProblems(body, usesV2(body)))
      requireOpen(state, channel)
      requireMayPost(state, channel, body, request.files)
      openByMessage(state, channel)
      const earlier = messageOfNonce(state, channel.id, body)
      const { message } =
        earlier ?? createMessage(state, { channelId: channel.id, body, files: request.files })
      if (!earlier) rememberNonce(state, body, message)
      const nonce = body.nonce === undefined || body.nonce === null ? {} : { nonce: body.nonce }
      return { status: 200, body: { ...message, ...nonce } }
    },
  },
  {
    method: 'GET',
    path: '/channels/:channelId/messages/:messageId',
    auth: true,
    limit: reading,
    handle: (request, state) => ({ status: 200, body: messageOf(request, state).message }),
  },
  {
    method: 'PATCH',
    path: '/channels/:channelId/messages/:messageId',
    auth: true,
    limit: perChannel,
    handle(request, state) {
      const stored = messageOf(request, state)
      requireEditable(state, channelOf(request, state))
      const body = (request.body ?? {}) as MessageBody
      requireValid(state, request, 'MessageEditRequestPartial', () =>
        messageProblems(body, usesV2(body) || usesV2(stored.message)),
      )
      editMessage(state, stored, body, request.files)
      return { status: 200, body: stored.message }
    },
  },
  {
    method: 'DELETE',
    path: '/channels/:channelId/messages/:messageId',
    auth: true,
    limit: perChannel,
    handle(request, state) {
      deleteMessage(state, messageOf(request, state))
      return { status: 204 }
    },
  },
  {
    method: 'GET',
    path: '/attachments/:messageId/:filename',
    auth: false,
    limit: reading,
    handle(request, state) {
      const file = state.files.get(`${param(request, 'messageId')}/${param(request, 'filename')}`)
      if (!file) throw apiErrors.noSuchRoute()
      return { status: 200, body: file.content, headers: { 'content-type': file.contentType } }
    },
  },
]

function snowflakeIn({ query }: ApiRequest, name: string): string | null {
  const id = query.get(name)
  if (id !== null && !/^\d{1,19}$/.test(id))
    requireNone([{ path: [name], code: 'NUMBER_TYPE_COERCE', message: `Value "${id}" is not snowflake.` }])
  return id
}

/** The direct message channel with somebody, opened where there is none yet. */
function openDm(state: DiscordState, recipientId: string): Channel {
  if (!state.users.has(recipientId)) throw apiErrors.unknownUser()
  const known = [...state.channels.values()].find((channel) => channel.recipientId === recipientId)
  if (known) return known
  const channel = { id: state.nextId(), name: '', recipientId }
  state.channels.set(channel.id, channel)
  noteChange(state)
  return channel
}

function requireOpen(state: DiscordState, { recipientId }: Channel): void {
  if (recipientId === undefined) return
  if (!state.members.has(recipientId)) throw apiErrors.noMutualServer()
  if (state.closedDms.has(recipientId)) throw apiErrors.cannotMessageUser()
}

function channelOf(request: ApiRequest, state: DiscordState): Channel {
  const channel = state.channels.get(param(request, 'channelId'))
  if (!channel) throw apiErrors.unknownChannel()
  return channel
}

function messageOf(request: ApiRequest, state: DiscordState) {
  return publicMessage(state, channelOf(request, state).id, param(request, 'messageId'))
}
