import { apiErrors } from './api-error.ts'
import { permissionsOf } from './guild-payloads.ts'
import type { Channel, DiscordState, UploadedFile } from './state.ts'
import type { MessageBody } from './wire.ts'

/** An exception that an admin makes in a channel, for a role or for somebody; bit sets in decimal digits. */
export interface Overwrite {
  id: string
  allow?: string
  deny?: string
}

/** https://docs.discord.com/developers/topics/permissions#permissions-bitwise-permission-flags */
const permissionBits = {
  administrator: 1n << 3n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  embedLinks: 1n << 14n,
  attachFiles: 1n << 15n,
  manageThreads: 1n << 34n,
  sendMessagesInThreads: 1n << 38n,
}

/** What the bot may do in a channel. A thread has no exceptions of its own: those of its channel count. */
export function mayInChannel(
  state: DiscordState,
  { thread, overwrites: own = [] }: Channel,
  permission: keyof typeof permissionBits,
): boolean {
  const overwrites = thread ? (state.channels.get(thread.parentId)?.overwrites ?? []) : own
  const roles = state.members.get(state.applicationId)?.roles ?? new Set()
  let held = BigInt(permissionsOf(state, state.applicationId))
  if (held & permissionBits.administrator) return true
  for (const some of [
    overwrites.filter(({ id }) => id === state.guildId),
    overwrites.filter(({ id }) => id !== state.guildId && roles.has(id)),
    overwrites.filter(({ id }) => id === state.applicationId),
  ]) {
    for (const { deny = '0' } of some) held &= ~BigInt(deny)
    for (const { allow = '0' } of some) held |= BigInt(allow)
  }
  return (held & permissionBits[permission]) !== 0n
}

/** @throws ApiError 50001 where the bot may not look. */
export function requireVisible(state: DiscordState, channel: Channel): void {
  if (channel.recipientId === undefined && !mayInChannel(state, channel, 'viewChannel'))
    throw apiErrors.missingAccess()
}

/** @throws ApiError 50001, 50013 where the bot may not say that. */
export function requireMayPost(
  state: DiscordState,
  channel: Channel,
  body: MessageBody,
  files: readonly UploadedFile[],
): void {
  if (channel.recipientId !== undefined) return
  requireVisible(state, channel)
  const needed = [
    channel.thread ? 'sendMessagesInThreads' : 'sendMessages',
    ...(body.embeds?.length ? (['embedLinks'] as const) : []),
    ...(files.length > 0 ? (['attachFiles'] as const) : []),
  ] as const
  if (!needed.every((one) => mayInChannel(state, channel, one))) throw apiErrors.missingPermissions()
}
