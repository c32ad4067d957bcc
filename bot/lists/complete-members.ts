import { plain } from '../discord/harmless-text.ts'
import { offerInTime } from './offer-in-time.ts'
import type { Asking, Choice } from '../turn.ts'

const mostChoices = 25
const longestChoice = 100

/** Who is on the list and whose name or user name holds what was typed: nobody while no list is chosen. */
export async function completeMembers(asking: Asking, list: string, typed: string): Promise<Choice[]> {
  if (list === '') return []
  return offerInTime(asking, typed, async (q) => {
    const { items } = await asking.api.listMembers(list, { q, limit: mostChoices, cursor: null })
    return items
      .filter(({ username }) => username !== '' && username.length <= longestChoice)
      .map(({ username, displayName }) => ({
        name:
          plain(displayName === username ? username : `${username} · ${displayName}`, longestChoice) ||
          username,
        value: username,
      }))
  })
}
