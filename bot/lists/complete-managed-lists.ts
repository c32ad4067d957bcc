import type { List } from '../../domain/contracts/list.ts'
import { offerLists } from './complete-lists.ts'
import { offerInTime } from './offer-in-time.ts'
import type { Asking, Choice } from '../turn.ts'

/** Enough that the best matches are among them, whatever comes first by name. */
const looked = 100

/** Lists that the member may manage and that match what was typed: none for who manages none. */
export function completeManagedLists(asking: Asking, typed: string): Promise<Choice[]> {
  return offerInTime(asking, typed, async (q) =>
    offer((await asking.api.managedLists({ q, limit: looked, cursor: null })).items, q),
  )
}

const offer = (lists: readonly List[], q: string): Choice[] =>
  offerLists(
    lists.map(({ name, displayName }) => ({ list: name, displayName })),
    q,
  )
