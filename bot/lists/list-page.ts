import { type APISelectMenuOption, ComponentType } from 'discord.js'
import type { Subscription } from '../../domain/contracts/subscription.ts'
import { messageLength } from '../../texts/fit.ts'
import type { Translate } from '../../texts/translate.ts'
import { wishOf } from './complete-lists.ts'
import { pager, row } from '../discord/components.ts'
import { fitLines, plain } from '../discord/harmless-text.ts'
import type { Reply, Row } from '../turn.ts'

/** As many lists as one select menu holds. */
const perPage = 25
const longestValue = 100
/** Of a title beside a name; a page of 25 such lines fits into a message. */
const titleLength = 40

/**
 * One page of all lists with their state, a menu that changes them, and buttons to the other pages. `news` are lines
 * above it: what just happened.
 */
export function listPage(
  t: Translate,
  lists: readonly Subscription[],
  wanted: number,
  news: readonly string[],
): Reply {
  if (lists.length === 0)
    return { content: fitLines([...news, t('lists.none')], messageLength), components: [] }
  const pages = Math.ceil(lists.length / perPage)
  const page = Math.min(Math.max(0, wanted), pages - 1)
  const shown = lists.slice(page * perPage, (page + 1) * perPage)
  const on = lists.filter(({ subscribed }) => subscribed).length
  const tooLong = shown.filter(({ list }) => list.length > longestValue).length
  const lines = [
    ...(news.length > 0 ? [...news, ''] : []),
    t('lists.heading', { total: lists.length, on }),
    ...(pages > 1 ? [t('lists.page', { page: page + 1, pages })] : []),
    t('lists.legend'),
    ...(tooLong > 0 ? [t('lists.tooLong', { count: tooLong })] : []),
    ...shown.map((list) => lineFor(t, list)),
  ]
  return {
    content: fitLines(lines, messageLength),
    components: [
      ...menu(t, shown, page),
      ...pager(t, (to) => `subscriptions:page:${to}`, { page, isLast: page === pages - 1 }),
    ],
  }
}

function lineFor(t: Translate, subscription: Subscription): string {
  const { list, displayName } = subscription
  const title = displayName === list ? '' : plain(displayName, titleLength)
  return t(`lists.${stateOf(subscription)}`, { list, title }).trim()
}

function stateOf({ subscribed, pending }: Subscription): 'on' | 'off' | 'asking' | 'joining' | 'leaving' {
  if (pending === null) return subscribed ? 'on' : 'off'
  if (pending.state === 'awaiting_approval') return 'asking'
  return pending.wanted === 'subscribe' ? 'joining' : 'leaving'
}

function menu(t: Translate, shown: readonly Subscription[], page: number): Row[] {
  const options = shown.filter(({ list }) => list.length <= longestValue).map(option)
  if (options.length === 0) return []
  return [
    row({
      type: ComponentType.StringSelect,
      custom_id: `subscriptions:choose:${page}`,
      placeholder: t('placeholder.lists'),
      min_values: 0,
      max_values: options.length,
      options,
    }),
  ]
}

function option(subscription: Subscription): APISelectMenuOption {
  const { list, displayName, description } = subscription
  const about = plain(description || (displayName === list ? '' : displayName), 100)
  return {
    label: plain(list, 100) || '…',
    value: list,
    default: wishOf(subscription) === 'subscribe',
    ...(about === '' ? {} : { description: about }),
  }
}
