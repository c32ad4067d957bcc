import { setTimeout as delay } from 'node:timers/promises'
import type { ChangeAction } from '../../domain/contracts/change.ts'
import type { Subscription } from '../../domain/contracts/subscription.ts'
import { ApiRefusal } from '../call-api.ts'
import { plain } from '../discord/harmless-text.ts'
import type { Asking, Choice } from '../turn.ts'

const mostChoices = 25
const longestChoice = 100

/** While somebody types, the lists are asked for once, not at every key. */
const typingMs = 5_000

/** How long the API may take when nobody waits any more, for the sake of the next key. */
const patienceMs = 8_000

/**
 * Lists for which the action makes sense for this member and that match what was typed; best matches first. In time,
 * whatever the API does: else from memory, else nothing.
 */
export async function completeLists(asking: Asking, action: ChangeAction, typed: string): Promise<Choice[]> {
  const lists = await listsInTime(asking)
  if (lists === 'not linked') return [{ name: asking.t('choice.notLinked'), value: '/link' }]
  return offerLists(
    lists.filter((list) => wishOf(list) !== action),
    typed,
  )
}

/** Lists that the member may see and that match what was typed; best matches first, as above. */
export async function completeVisibleLists(asking: Asking, typed: string): Promise<Choice[]> {
  const lists = await listsInTime(asking)
  if (lists === 'not linked') return [{ name: asking.t('choice.notLinked'), value: '/link' }]
  return offerLists(lists, typed)
}

type NamedList = Pick<Subscription, 'list' | 'displayName'>

/** Those that match what was typed, as choices, best matches first. */
export function offerLists(lists: readonly NamedList[], typed: string): Choice[] {
  return lists
    .filter(({ list }) => list.length <= longestChoice)
    .map((list) => ({ list, rank: rankOf(list, folded(typed.trim())) }))
    .filter(({ rank }) => rank < noMatch)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, mostChoices)
    .map(({ list }) => ({ name: choiceName(list), value: list.list }))
}

/** What the member wants to be: what was asked for last, else what the directory says. */
export function wishOf({ subscribed, pending }: Subscription): ChangeAction {
  return pending?.wanted ?? (subscribed ? 'subscribe' : 'unsubscribe')
}

async function listsInTime({
  api,
  lists,
  user,
  timing,
  log,
}: Asking): Promise<Subscription[] | 'not linked'> {
  const fresh = lists.recall(user.id, typingMs)
  if (fresh) return fresh
  const remembered = lists.recall(user.id) ?? []
  const answer = lists
    .load(user.id, () => api.subscriptions(patienceMs))
    .catch((error: unknown) => {
      if (error instanceof ApiRefusal && error.code === 'NOT_LINKED') return 'not linked' as const
      log.warn({ err: error }, 'autocomplete without the API')
      return remembered
    })
  return Promise.race([answer, delay(timing.completeWithinMs, remembered, { ref: false })])
}

const noMatch = 4

/** How well a list fits what was typed, best first: its name begins so, its title does, either holds it. */
function rankOf({ list, displayName }: NamedList, typed: string): number {
  const [name, title] = [folded(list), folded(displayName)]
  if (name.startsWith(typed)) return 0
  if (title.startsWith(typed)) return 1
  if (name.includes(typed)) return 2
  return title.includes(typed) ? 3 : noMatch
}

/** Without regard to case, to how accents are put together, and to full-width letters. */
const folded = (text: string): string => text.normalize('NFKC').toLowerCase()

function choiceName({ list, displayName }: NamedList): string {
  const name = displayName === '' || displayName === list ? list : `${list} · ${displayName}`
  return plain(name, longestChoice) || list
}
