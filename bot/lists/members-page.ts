import type { ListMember } from '../../domain/contracts/list.ts'
import { messageLength } from '../../texts/fit.ts'
import type { Translate } from '../../texts/translate.ts'
import { pager } from '../discord/components.ts'
import { fitLines, plain } from '../discord/harmless-text.ts'
import type { Reply } from '../turn.ts'

/** So many of the longest names, each character escaped, fit into a message. */
export const membersPerPage = 15
const nameLength = 28
const listNameLength = 64
const searchLength = 40

type Place = { list: string; q: string; key: string; page: number; isLast: boolean }

/** One page of who is on a list, with buttons to the pages beside it. How many there are in all, only `/lists info` says. */
export function membersPage(t: Translate, members: readonly ListMember[], place: Place): Reply {
  const list = plain(place.list, listNameLength)
  const search = plain(place.q, searchLength)
  const components = pager(t, (to) => `lists:page:${place.key}:${to}`, place)
  if (members.length === 0) return { content: nobody(t, place, { list, search }), components }
  const first = place.page * membersPerPage + 1
  const isWhole = place.page === 0 && place.isLast
  const lines = [
    search === '' ? t('list.membersHeading', { list }) : t('list.membersFound', { list, search }),
    ...(isWhole
      ? []
      : [t('list.membersRange', { page: place.page + 1, first, last: first + members.length - 1 })]),
    ...members.map((member) => lineFor(t, member)),
  ]
  return { content: fitLines(lines, messageLength), components }
}

function nobody(t: Translate, { page }: Place, { list, search }: { list: string; search: string }): string {
  if (page > 0) return t('list.nobodyMore', { list })
  return search === '' ? t('list.nobody', { list }) : t('list.nobodyFound', { list, search })
}

function lineFor(t: Translate, { username, displayName }: ListMember): string {
  return t('list.member', {
    username: plain(username, nameLength),
    displayName: displayName === username ? '' : plain(displayName, nameLength),
  }).trim()
}
