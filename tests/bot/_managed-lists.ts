import type { Change } from '../../domain/contracts/change.ts'
import type { ListMember, ManagedList } from '../../domain/contracts/list.ts'
import type { Status } from '../../domain/contracts/status.ts'
import { type Answer, type Call, problem } from './_answer.ts'

export function managedList(name: string, more: Partial<ManagedList> = {}): ManagedList {
  return {
    name,
    displayName: name,
    description: '',
    join: 'open',
    source: 'ldap',
    state: 'active',
    memberCount: 0,
    owners: [],
    hidden: false,
    drift: 'adopt',
    managed: true,
    ...more,
  }
}

export const listMember = (username: string, displayName = username): ListMember => ({
  username,
  displayName,
  since: '2026-01-02T03:04:05.000Z',
})

export const allIsWell: Status = {
  changes: { awaitingApproval: 0, queued: 0, applying: 0, oldestQueuedS: null },
  targets: [{ name: 'ldap', state: 'up', observing: false, pausedAt: null, reason: null }],
  mirror: { ageS: 2, mode: 'syncrepl', people: 60, lists: 12 },
  lastFullRun: null,
  holds: 0,
  outbox: { queued: 0, failed: 0 },
  audit: { sealed: 1_000, unsealed: 3 },
  incidentsOpen: 0,
  incidents: [],
}

const missing = () => problem('NOT_FOUND', { reason: 'LIST_NOT_FOUND' })

/**
 * The lists as their managers see them. A new list stays `creating` and a deleted one `deleting` until the test settles
 * it.
 */
export function createManagedLists(
  place: (list: string, username: string, action: Change['action']) => Answer,
) {
  const items: ManagedList[] = []
  const members: Record<string, ListMember[]> = {}
  const find = (name: string) => items.find((list) => list.name.toLowerCase() === name.toLowerCase())

  return {
    items,
    members,
    status: allIsWell,
    /** WRITES=off: what is asked about an entry is kept back. */
    observing: false,
    /** Whom the directory knows. */
    people: ['alice', 'bob'],
    /** Who is linked to which Discord account. */
    accounts: {} as Record<string, string>,
    /** The lists that the caller may manage; null is all. */
    owned: null as string[] | null,

    /** The answer to a path below `/admin`. */
    admin({ method, path, body }: Call): Answer {
      const { pathname, searchParams } = new URL(path, 'http://api')
      const [, , what = '', name = '', part, username = ''] = pathname.split('/').map(decodeURIComponent)
      if (what === 'status') return { status: 200, body: this.status }
      if (name === '')
        return method === 'POST' ? create(body as { name: string }, this.observing) : this.page(searchParams)
      const list = find(name)
      if (!list) return missing()
      if (part === 'members' && method === 'GET') return pageOfMembers(list.name, searchParams)
      if (part === 'members') {
        const uid = username.startsWith('@') ? (this.accounts[username.slice(1)] ?? '') : username
        if (!this.people.includes(uid)) return problem('NOT_FOUND', { reason: 'MEMBER_NOT_FOUND' })
        return place(list.name, uid, method === 'PUT' ? 'subscribe' : 'unsubscribe')
      }
      if (method === 'DELETE') {
        list.state = 'deleting'
        if (this.observing) list.wouldWrite = ''
        return { status: 202, body: list }
      }
      if (this.observing) list.wouldWrite = ''
      return { status: 200, body: Object.assign(list, body) }
    },

    page(query: URLSearchParams): Answer {
      const q = (query.get('q') ?? '').toLowerCase()
      const [from, limit] = [Number(query.get('cursor') ?? 0), Number(query.get('limit'))]
      const mine = items.filter(({ name }) => this.owned?.includes(name) ?? true)
      const found = mine.filter(({ name }) => name.toLowerCase().includes(q))
      const nextCursor = found.length > from + limit ? String(from + limit) : null
      return { status: 200, body: { items: found.slice(from, from + limit), nextCursor } }
    },

    /** One list, as `/lists/{name}` has it for who may manage it (`manages`) or not. */
    one(name: string, manages: boolean): Answer {
      const list = find(name)
      if (!list) return missing()
      const { hidden: _hidden, drift: _drift, memberCount, owners, ...open } = list
      return { status: 200, body: manages ? { ...open, memberCount, owners } : open }
    },

    remove(name: string): void {
      items.splice(
        items.findIndex((list) => list.name === name),
        1,
      )
    },
  }

  function create(wanted: { name: string }, observing: boolean): Answer {
    if (find(wanted.name)) return problem('CONFLICT', { reason: 'LIST_NAME_TAKEN' })
    const list = managedList(wanted.name, {
      ...wanted,
      state: 'creating',
      ...(observing ? { wouldWrite: '' } : {}),
    })
    items.push(list)
    return { status: 202, body: list }
  }

  function pageOfMembers(list: string, query: URLSearchParams): Answer {
    const q = (query.get('q') ?? '').toLowerCase()
    const [from, limit] = [
      Number((query.get('cursor') ?? 'x'.repeat(300)).slice(300) || 0),
      Number(query.get('limit')),
    ]
    const found = (members[list] ?? []).filter(({ username }) => username.toLowerCase().includes(q))
    const more = found.length > from + limit
    // As long as the API's own, which no button could hold.
    const nextCursor = more ? 'x'.repeat(300) + String(from + limit) : null
    return { status: 200, body: { items: found.slice(from, from + limit), nextCursor } }
  }
}
