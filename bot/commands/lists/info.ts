import type { ChatInputCommandInteraction } from 'discord.js'
import type { List } from '../../../domain/contracts/list.ts'
import type { Subscription } from '../../../domain/contracts/subscription.ts'
import { ApiAway, ApiRefusal } from '../../call-api.ts'
import { findManagedList } from '../../lists/find-managed-list.ts'
import { type KnownList, listInfo } from '../../lists/list-info.ts'
import type { Turn } from '../../turn.ts'

export async function tellAboutList(turn: Turn, { options }: ChatInputCommandInteraction): Promise<void> {
  const list = await turn.api.list(options.getString('list', true))
  const [known, place] = await Promise.all([withSettings(turn, list), placeOn(turn, list)])
  await turn.reply({ content: listInfo(turn.t, known, { place, news: [] }), components: [] })
}

/** To those who may manage a list its settings are told as well. */
async function withSettings({ api }: Turn, list: List): Promise<KnownList> {
  if (list.memberCount === undefined) return list
  return (await findManagedList(api, list.name)) ?? list
}

/** Undefined when it is not known: the rest is worth telling all the same. */
async function placeOn(turn: Turn, { name }: List): Promise<Subscription | undefined> {
  try {
    const subscriptions = await turn.api.subscriptions()
    turn.lists.remember(turn.user.id, subscriptions)
    return subscriptions.find(({ list }) => list === name)
  } catch (error) {
    if (!(error instanceof ApiAway || error instanceof ApiRefusal)) throw error
    turn.log.warn({ err: error }, 'a list without the member’s own place on it')
    return undefined
  }
}
