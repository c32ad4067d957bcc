import type { ManagedList } from '../../domain/contracts/list.ts'
import type { BotApi } from '../api-client.ts'

const mostPerPage = 200

/**
 * The list of this name, whatever its case, if the member may manage it. It is looked for among all that hold the name, which for a
 * short one may be a few pages.
 * @throws {ApiRefusal} PERMISSION_DENIED for who manages none.
 */
export async function findManagedList(api: BotApi, name: string): Promise<ManagedList | null> {
  const wanted = name.toLowerCase()
  const q = name.length > longestSearch ? '' : name
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<BotApi['managedLists']>> = await api.managedLists({
      limit: mostPerPage,
      q,
      cursor,
    })
    const found = page.items.find((list) => list.name.toLowerCase() === wanted)
    if (found !== undefined) return found
    cursor = page.nextCursor
  } while (cursor !== null)
  return null
}

/** What the API takes as a search; nobody looks for a list with a longer name often. */
const longestSearch = 100
