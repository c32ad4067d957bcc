import { apiErrors } from './api-error.ts'
import { userPayload } from './guild-payloads.ts'
import { intents } from './intents.ts'
import { noncesByMessage } from './nonces.ts'
import { noteChange, type DiscordState, type StoredMessage, type UploadedFile } from './state.ts'
import { messageFlags, type Attachment, type DiscordMessage, type MessageBody } from './wire.ts'

export interface MessageDraft {
  channelId: string
  body: MessageBody
  files?: UploadedFile[]
  /** Whom an ephemeral message is shown to. */
  visibleTo?: string
  /** True: the placeholder "thinking..." of a deferred answer. */
  thinking?: boolean
  /** What only some messages have: `interaction_metadata`, `message_reference`, `type`. */
  extra?: Partial<DiscordMessage>
}

/** The bot says something. @throws ApiError 50006 when there is nothing in it. */
export function createMessage(state: DiscordState, draft: MessageDraft): StoredMessage {
  const { channelId, body, files = [], visibleTo, thinking = false, extra } = draft
  const id = state.nextId()
  const kept = (body.flags ?? 0) & (messageFlags.suppressEmbeds | messageFlags.componentsV2)
  const stored: StoredMessage = {
    versions: [],
    visibleTo: visibleTo ?? null,
    deleted: false,
    message: {
      id,
      channel_id: channelId,
      author: state.botUser,
      content: '',
      timestamp: new Date(state.now()).toISOString(),
      edited_timestamp: null,
      tts: false,
      mention_everyone: false,
      mentions: [],
      mention_roles: [],
      attachments: [],
      embeds: [],
      components: [],
      pinned: false,
      type: 0,
      ...extra,
      flags:
        kept | (visibleTo === undefined ? 0 : messageFlags.ephemeral) | (thinking ? messageFlags.loading : 0),
    },
  }
  writeInto(state, stored.message, body, files)
  if (!thinking) requireSomething(stored.message)
  state.messages.set(id, stored)
  announce(state, 'MESSAGE_CREATE', stored)
  return stored
}

/**
 * Changes what the body names and leaves the rest. Visibility never changes: it was decided when the message, or
 * the "thinking..." before it, was made.
 */
export function editMessage(
  state: DiscordState,
  stored: StoredMessage,
  body: MessageBody,
  files: UploadedFile[] = [],
): void {
  const changed = structuredClone(stored.message)
  const before = changed.flags
  const thinking = (before & messageFlags.loading) !== 0
  const settable = messageFlags.suppressEmbeds | messageFlags.componentsV2
  const asked = body.flags ?? before
  changed.flags = (before & (messageFlags.ephemeral | messageFlags.componentsV2)) | (asked & settable)
  writeInto(state, changed, body, files)
  requireSomething(changed)
  changed.edited_timestamp = thinking ? null : new Date(state.now()).toISOString()
  stored.message = changed
  announce(state, 'MESSAGE_UPDATE', stored)
}

export function deleteMessage(state: DiscordState, stored: StoredMessage): void {
  stored.deleted = true
  const { id, channel_id } = stored.message
  if (stored.visibleTo === null)
    state.publish(
      'MESSAGE_DELETE',
      { id, channel_id, ...guildOf(state, channel_id) },
      intentOf(state, channel_id),
    )
  noteChange(state)
}

/** A message of a channel that is there for everybody. @throws ApiError 10008 */
export function publicMessage(state: DiscordState, channelId: string, messageId: string): StoredMessage {
  const stored = state.messages.get(messageId)
  if (!stored || stored.deleted || stored.visibleTo !== null || stored.message.channel_id !== channelId)
    throw apiErrors.unknownMessage()
  return stored
}

/** What everybody in a channel can read, oldest first. */
export function publicMessages(state: DiscordState, channelId: string): DiscordMessage[] {
  return [...state.messages.values()]
    .filter(
      ({ message, deleted, visibleTo }) => message.channel_id === channelId && !deleted && visibleTo === null,
    )
    .map(({ message }) => structuredClone(message))
}

/**
 * A page of a channel, the newest first: the last ones (before an id), or the first ones after an id. As long as Discord remembers a nonce, it
 * shows it.
 */
export function messagePage(
  state: DiscordState,
  channelId: string,
  { before, after, limit }: { before: string | null; after: string | null; limit: number },
): DiscordMessage[] {
  const all = publicMessages(state, channelId).filter(
    ({ id }) =>
      (before === null || BigInt(id) < BigInt(before)) && (after === null || BigInt(id) > BigInt(after)),
  )
  const page = after === null ? all.slice(-limit) : all.slice(0, limit)
  const nonces = noncesByMessage(state)
  return page.toReversed().map((message) => {
    const nonce = nonces.get(message.id)
    return nonce === undefined ? message : { ...message, nonce }
  })
}

function writeInto(
  state: DiscordState,
  message: DiscordMessage,
  body: MessageBody,
  files: UploadedFile[],
): void {
  if (body.content !== undefined) message.content = body.content ?? ''
  if (body.embeds !== undefined)
    message.embeds = (body.embeds ?? []).map((embed) => ({ type: 'rich', ...embed }))
  if (body.components !== undefined) message.components = body.components ?? []
  if (body.content !== undefined || body.allowed_mentions !== undefined) writeMentions(state, message, body)
  const kept =
    body.attachments === undefined || body.attachments === null ? null : body.attachments.map(({ id }) => id)
  if (kept) message.attachments = message.attachments.filter(({ id }) => kept.includes(id))
  for (const file of files) message.attachments.push(attach(state, message.id, file))
}

/** Notifies only whom `allowed_mentions` lets through; without it everybody whom the content names. */
function writeMentions(
  state: DiscordState,
  message: DiscordMessage,
  { allowed_mentions: allowed }: MessageBody,
): void {
  const may = (kind: 'users' | 'roles', id: string) =>
    !allowed || (allowed.parse?.includes(kind) ?? false) || (allowed[kind]?.includes(id) ?? false)
  const named = (pattern: RegExp) => [
    ...new Set([...message.content.matchAll(pattern)].map(([, id]) => id ?? '')),
  ]
  message.mentions = named(/<@!?(\d+)>/g)
    .filter((id) => may('users', id) && state.users.has(id))
    .map((id) => userPayload(state, id))
  message.mention_roles = named(/<@&(\d+)>/g).filter((id) => may('roles', id))
  message.mention_everyone =
    /@(everyone|here)/.test(message.content) && (!allowed || (allowed.parse?.includes('everyone') ?? false))
}

function attach(state: DiscordState, messageId: string, file: UploadedFile): Attachment {
  state.files.set(`${messageId}/${file.filename}`, file)
  const url = `${state.baseUrl}/attachments/${messageId}/${encodeURIComponent(file.filename)}`
  return {
    id: state.nextId(),
    filename: file.filename,
    content_type: file.contentType,
    size: file.content.length,
    url,
    proxy_url: url,
  }
}

function requireSomething({ content, embeds, components, attachments }: DiscordMessage): void {
  if (content.trim() === '' && embeds.length + components.length + attachments.length === 0)
    throw apiErrors.emptyMessage()
}

function announce(state: DiscordState, event: string, stored: StoredMessage): void {
  const { message, visibleTo } = stored
  if ((message.flags & messageFlags.loading) === 0) stored.versions.push(structuredClone(message))
  if (visibleTo === null)
    state.publish(
      event,
      { ...message, ...guildOf(state, message.channel_id) },
      intentOf(state, message.channel_id),
    )
  noteChange(state)
}

function guildOf(state: DiscordState, channelId: string): { guild_id?: string } {
  return state.channels.get(channelId)?.recipientId === undefined ? { guild_id: state.guildId } : {}
}

function intentOf(state: DiscordState, channelId: string): number {
  return state.channels.get(channelId)?.recipientId === undefined
    ? intents.guildMessages
    : intents.directMessages
}
