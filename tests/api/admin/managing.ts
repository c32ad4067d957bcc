import type { TestContext } from 'vitest'
import type { Change } from '../../../domain/contracts/change.ts'
import type { Hold } from '../../../domain/contracts/hold.ts'
import {
  addLink,
  addList,
  addMember,
  type Answer,
  type Caller,
  markMirrorRead,
  startTestApi,
  type TestApi,
} from '../api-server.ts'

/** A list `big` of so many (`m1` and so on), its owner olga, two admins, and somebody who is on no list. */
export type Managed = {
  api: TestApi
  ids: Record<string, string>
  listId: string
  ada: Caller
  mia: Caller
  olga: Caller
  max: Caller
  /** One of those on the list. */
  as: (uid: string) => Caller
  remove: (by: Caller, uid: string) => Promise<Answer>
  holds: (query?: string) => Promise<Hold[]>
}

const accountOf = (place: number) => `1000000000000${String(place).padStart(5, '0')}`

export async function manage(t: TestContext, size: number): Promise<Managed> {
  const api = await startTestApi(t)
  const ids: Record<string, string> = {}
  const accounts = new Map<string, string>()
  const people = Array.from({ length: size }, (_, place) => `m${place + 1}`)
  for (const [place, uid] of ['ada', 'mia', 'olga', 'max', ...people].entries()) {
    const { id } = await addMember(api, uid, { isAdmin: uid === 'ada' || uid === 'mia' })
    ids[uid] = id
    accounts.set(uid, accountOf(place))
    await addLink(api, accountOf(place), id)
  }
  const listId = await addList(api, 'big', { members: people.map((uid) => ids[uid] ?? '') })
  await api.sql('insert into list_owner (list_id, member_id) values ($1, $2)', [listId, ids['olga']])
  await markMirrorRead(api)
  const as = (uid: string) => api.as(accounts.get(uid) ?? '')
  return {
    api,
    ids,
    listId,
    ada: as('ada'),
    mia: as('mia'),
    olga: as('olga'),
    max: as('max'),
    as,
    remove: (by, uid) => by('DELETE', `/admin/lists/big/members/${uid}`),
    holds: async (query = '') => {
      const answer = await as('ada')('GET', `/admin/holds${query}`)
      return answer.json<{ items: Hold[] }>().items
    },
  }
}

export const changeIn = (answer: Answer): Change => answer.json<Change>()
export const statesIn = (answers: readonly Answer[]): string[] =>
  answers.map((answer) => changeIn(answer).state).toSorted()
/** What refused it, as its problem says. */
export const reasonOf = (answer: Answer): [number, unknown] => [
  answer.status,
  answer.json<{ details?: { reason?: string } }>().details?.reason,
]
