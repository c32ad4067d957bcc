import { flattened } from './component-rules.ts'
import type { InteractionHandle } from './interaction-handle.ts'
import type { DiscordState, DiscordUser, StoredMessage } from './state.ts'
import type { Component, DiscordMessage } from './wire.ts'

/** The message as it is now, if that person can see it. */
export function shownMessage(
  state: DiscordState,
  user: DiscordUser,
  on: DiscordMessage | InteractionHandle,
): StoredMessage {
  const id = 'settled' in on ? on.reply?.id : on.id
  const stored = id === undefined ? undefined : state.messages.get(id)
  if (!stored || stored.deleted) throw new Error('There is no such message (any more)')
  if (stored.visibleTo !== null && stored.visibleTo !== user.id)
    throw new Error(`${user.username} cannot see that message: only ${stored.visibleTo} can`)
  return stored
}

/** @throws when the message has no component of that id. */
export function findComponent({ message }: StoredMessage, customId: string): Component {
  const all = flattened(message.components)
  const found = all.find(({ custom_id }) => custom_id === customId)
  if (found) return found
  const known = all.flatMap(({ custom_id }) => custom_id ?? []).join(', ') || 'it has none'
  throw new Error(`The message has no component "${customId}" (${known})`)
}

/** @throws when a select menu does not offer these values, or so many. */
export function requireSelectable(
  { options = [], min_values, max_values }: Component,
  values: string[],
): void {
  const unknown = values.find((value) => !options.some((option) => option.value === value))
  if (unknown !== undefined)
    throw new Error(`"${unknown}" is not on offer (${options.map(({ value }) => value).join(', ')})`)
  const [least, most] = [min_values ?? 1, max_values ?? 1]
  if (values.length < least || values.length > most) throw new Error(`One selects ${least} to ${most} here`)
}
