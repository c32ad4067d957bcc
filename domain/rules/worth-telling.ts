import type { News, NotificationKind, OwnNews } from '../contracts/notification.ts'

/** Of somebody who is moved with this many others at once, nobody tells them one by one. */
export const toldOneByOneAtMost = 100

/** What a member gets to read of what happened, in that order: without the kinds that they don't want, and nothing that was undone. */
export function worthTelling(happened: readonly News[], muted: readonly string[]): News[] {
  return whatLasts(happened).filter((news) => {
    const kind = kindOf(news)
    return kind === null || !muted.includes(kind)
  })
}

/** Put on a list and taken off again is where they were; of several times the same way, the last one counts. */
function whatLasts(happened: readonly News[]): News[] {
  return happened.filter((news, index) => {
    if (news.about !== 'place') return true
    const isSame = (other: News) => other.about === 'place' && other.listId === news.listId
    const first = happened.find(isSame)
    const isLast = !happened.slice(index + 1).some(isSame)
    return isLast && first?.about === 'place' && first.way === news.way
  })
}

/** Null: the answer that is owed to who asked in Discord and did not get to read it. */
export function kindOf(news: News): NotificationKind | null {
  if (news.about === 'asked') return 'asked'
  return news.about === 'place' ? 'added-or-removed' : kindOfRequest(news)
}

function kindOfRequest({ change: { state, reason }, decided }: OwnNews): NotificationKind | null {
  switch (state) {
    case 'failed':
      return 'failed'
    case 'applied':
      return decided ? 'decided' : null
    case 'cancelled':
      if (reason?.code === 'CANCELLED') return null
      return reason?.code === 'DENIED' || reason?.code === 'EXPIRED' ? 'decided' : 'failed'
    case 'superseded':
    case 'awaiting_approval':
    case 'queued':
    case 'applying':
      return null
  }
}
