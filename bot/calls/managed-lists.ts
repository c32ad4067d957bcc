import { Change, type ChangeAction } from '../../domain/contracts/change.ts'
import {
  List,
  type ListSettings,
  ListMember,
  ManagedList,
  type NewList,
} from '../../domain/contracts/list.ts'
import { pageOf } from '../../domain/contracts/page.ts'
import type { Calling } from './as-caller.ts'
import { asPathSegment } from './path-segment.ts'

const ManagedLists = pageOf(ManagedList)
const ListMembers = pageOf(ListMember)

/** Which part of a collection; `cursor` as the page before gave it. */
type PageOfItems = { limit: number; q: string; cursor: string | null }

/** Lists and who is on them, for who manages them. */
export const managedListCalls = ({ read, write }: Calling) => ({
  /** A page of the lists that the member may manage. For owners and admins. */
  async managedLists(page: PageOfItems) {
    return (await read(`/admin/lists?${queryOf(page)}`, ManagedLists)).body
  },

  /** For admins. */
  async createList(list: NewList): Promise<List> {
    return (await write('POST', '/admin/lists', List, list)).body
  },

  /** For owners and admins. */
  async changeList(name: string, settings: ListSettings): Promise<ManagedList> {
    return (await write('PATCH', `/admin/lists/${asPathSegment(name)}`, ManagedList, settings)).body
  },

  /** For admins. */
  async deleteList(name: string): Promise<List> {
    return (await write('DELETE', `/admin/lists/${asPathSegment(name)}`, List)).body
  },

  /** A page of who is on a list. For its owners and admins. */
  async listMembers(name: string, page: PageOfItems) {
    return (await read(`/admin/lists/${asPathSegment(name)}/members?${queryOf(page)}`, ListMembers)).body
  },

  /** Asks for somebody else's place on a list. For its owners and admins. `fresh` is false when it is so already, or asked for. */
  async wishFor(
    action: ChangeAction,
    list: string,
    username: string,
  ): Promise<{ change: Change; fresh: boolean }> {
    const path = `/admin/lists/${asPathSegment(list)}/members/${asPathSegment(username, 'MEMBER_NOT_FOUND')}`
    const { status, body } = await write(action === 'subscribe' ? 'PUT' : 'DELETE', path, Change)
    return { change: body, fresh: status === 202 }
  },
})

function queryOf({ limit, q, cursor }: PageOfItems): string {
  return new URLSearchParams({
    limit: String(limit),
    ...(q === '' ? {} : { q }),
    ...(cursor === null ? {} : { cursor }),
  }).toString()
}
