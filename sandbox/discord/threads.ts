import { apiErrors } from './api-error.ts'
import { mayInChannel } from './channel-access.ts'
import { channelPayload } from './guild-payloads.ts'
import { intents } from './intents.ts'
import { assertSnowflake } from './snowflake.ts'
import { noteChange, type Channel, type DiscordState, type Thread } from './state.ts'

export interface ThreadOptions {
  id: string
  name: string
  /** The channel that it is in. */
  parentId: string
  archived?: boolean
  locked?: boolean
}

/** What changes about a thread; archived threads are out of sight, locked ones are for moderators only. */
export type ThreadEdit = { archived?: boolean | null; locked?: boolean | null; name?: string | null }

/** Somebody starts a thread in a channel. */
export function addThread(state: DiscordState, options: ThreadOptions): void {
  const { id, name, parentId, archived = false, locked = false } = options
  assertSnowflake('the id of a thread', id)
  if (!state.channels.has(parentId)) throw new Error(`there is no channel ${parentId} for the thread ${id}`)
  const changedAt = new Date(state.now()).toISOString()
  state.channels.set(id, { id, name, thread: { parentId, archived, locked, changedAt } })
}

/** A moderator changes a thread. */
export function editThread(state: DiscordState, threadId: string, edit: ThreadEdit): void {
  const channel = state.channels.get(threadId)
  if (!channel?.thread) throw new Error(`there is no thread ${threadId}: name it in the option "threads"`)
  change(state, channel, channel.thread, edit)
}

/**
 * What the bot changes about a thread: one that is archived has to be opened by that, which needs no right to moderate unless it
 * is locked (https://docs.discord.com/developers/resources/channel#modify-channel).
 * @throws ApiError 50001, 50013, 50083
 */
export function editThreadByBot(state: DiscordState, channel: Channel, edit: ThreadEdit): void {
  const { thread } = channel
  // A channel itself is for those to change who may manage channels.
  if (!thread) throw apiErrors.missingPermissions()
  if (thread.archived && edit.archived !== false) throw apiErrors.threadIsArchived(400)
  const { archived, ...others } = edit
  const opensOnly = archived === false && Object.keys(others).length === 0
  const mayOpen = opensOnly && !thread.locked && mayInChannel(state, channel, 'sendMessagesInThreads')
  if (!mayOpen && !mayInChannel(state, channel, 'manageThreads')) throw apiErrors.missingPermissions()
  change(state, channel, thread, edit)
}

/**
 * A message opens an archived thread, unless it is locked: that takes a moderator
 * (https://docs.discord.com/developers/topics/threads).
 * @throws ApiError 50083, 160005
 */
export function openByMessage(state: DiscordState, channel: Channel): void {
  const { thread } = channel
  if (!thread) return
  requireUnlocked(state, channel, thread)
  if (thread.archived) change(state, channel, thread, { archived: false })
}

/** No message of an archived thread can be edited, and none of a locked one but by a moderator. @throws ApiError 50083, 160005 */
export function requireEditable(state: DiscordState, channel: Channel): void {
  const { thread } = channel
  if (!thread) return
  if (thread.archived) throw apiErrors.threadIsArchived(400)
  requireUnlocked(state, channel, thread)
}

function requireUnlocked(state: DiscordState, channel: Channel, { archived, locked }: Thread): void {
  if (!locked || mayInChannel(state, channel, 'manageThreads')) return
  throw archived ? apiErrors.threadIsArchived(403) : apiErrors.threadIsLocked()
}

function change(state: DiscordState, channel: Channel, thread: Thread, edit: ThreadEdit): void {
  const archived = edit.archived ?? thread.archived
  if (archived !== thread.archived) thread.changedAt = new Date(state.now()).toISOString()
  Object.assign(thread, { archived, locked: edit.locked ?? thread.locked })
  channel.name = edit.name ?? channel.name
  state.publish('THREAD_UPDATE', channelPayload(state, channel), intents.guilds)
  noteChange(state)
}
